// The program runs Workflow objects through the code of Argo Events and reports whether any would
// be lost between the cluster and Kafka. The messages must equal the fixtures that the service is
// tested with, and objects that are damaged or too large must arrive, too. It prints one line per
// guarantee and exits with 1 if one does not hold.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
)

// producerLimit is the size above which the trigger's Kafka client drops a value and only logs it.
const producerLimit = 1_000_000

type verification struct {
	manifests
	objects  map[string][]byte
	messages string
	tries    int
	update   bool
}

func main() {
	folder := flag.String("manifests", "", "folder with sensor.yaml, eventsource.yaml and eventbus.yaml")
	workflows := flag.String("workflows", "", "folder of Workflow objects")
	messages := flag.String("messages", "", "folder of the expected messages")
	tries := flag.Int("damaged", 3_000, "number of damaged objects to try")
	update := flag.Bool("update", false, "write the messages instead of comparing them")
	flag.Parse()

	parsed, err := readManifests(*folder)
	if err != nil {
		fmt.Printf("✗ the manifests of argo/events are valid: %v\n", err)
		os.Exit(1)
	}
	fmt.Println("✓ the manifests of argo/events are valid")
	objects, err := readObjects(*workflows)
	if err != nil {
		fmt.Printf("✗ %v\n", err)
		os.Exit(1)
	}
	all := verification{parsed, objects, *messages, *tries, *update}
	failed := false
	for _, one := range []struct {
		title string
		check func() error
	}{
		{"the EventSource reports every finished workflow and no others", all.selectsFinished},
		{"every finished workflow becomes the message of its fixture", all.matchesFixtures},
		{
			fmt.Sprintf("none of %d damaged objects is lost, and no unfinished one is published", *tries),
			all.publishesDamaged,
		},
		{"an object that is too large is shortened and still identifies its run", all.shortensLargeObjects},
	} {
		if err := one.check(); err != nil {
			failed = true
			fmt.Printf("✗ %s: %v\n", one.title, err)
		} else {
			fmt.Printf("✓ %s\n", one.title)
		}
	}
	if failed {
		os.Exit(1)
	}
}

func readObjects(folder string) (map[string][]byte, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no Workflow objects in %q", folder)
	}
	objects := map[string][]byte{}
	for _, path := range paths {
		if objects[filepath.Base(path)], err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	return objects, nil
}

func isFinished(object []byte) bool {
	var workflow struct{ Status struct{ Phase any } }
	_ = json.Unmarshal(object, &workflow)
	phase := workflow.Status.Phase
	return phase == "Succeeded" || phase == "Failed" || phase == "Error"
}

func (v verification) selectsFinished() error {
	for name, object := range v.objects {
		decoded := &unstructured.Unstructured{}
		if err := decoded.UnmarshalJSON(object); err != nil {
			return err
		}
		if v.watched.Matches(labels.Set(decoded.GetLabels())) != isFinished(object) {
			return fmt.Errorf("%s: the labels %v do not match its phase", name, decoded.GetLabels())
		}
	}
	return nil
}

func (v verification) matchesFixtures() error {
	for name, object := range v.objects {
		result, err := publish(v.sensor, object)
		if err != nil {
			return fmt.Errorf("%s is lost: %w", name, err)
		}
		if result.passed != isFinished(object) {
			return fmt.Errorf("%s: published is %t", name, result.passed)
		}
		if !result.passed {
			continue
		}
		path := filepath.Join(v.messages, name)
		if v.update {
			if err := os.WriteFile(path, result.value, 0o644); err != nil {
				return err
			}
			continue
		}
		fixture, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !sameJSON(fixture, result.value) {
			return fmt.Errorf("%s: the message differs from its fixture; if the new one is correct, "+
				"run npm run verify:argo -- --update", name)
		}
		workflow := &unstructured.Unstructured{}
		if workflow.UnmarshalJSON(object) != nil || string(result.key) != string(workflow.GetUID()) {
			return fmt.Errorf("%s: the key is %q, not the uid", name, result.key)
		}
	}
	return nil
}

func sameJSON(one, other []byte) bool {
	var left, right any
	return json.Unmarshal(one, &left) == nil && json.Unmarshal(other, &right) == nil &&
		reflect.DeepEqual(left, right)
}

func (v verification) publishesDamaged() error {
	rng := rand.New(rand.NewSource(1))
	names := make([]string, 0, len(v.objects))
	for name := range v.objects {
		names = append(names, name)
	}
	slices.Sort(names)
	for try := range v.tries {
		name := names[rng.Intn(len(names))]
		object, err := damage(rng, v.objects[name])
		if err != nil {
			return err
		}
		// The API server never returns metadata that is not an object, and the informer cannot decode it.
		if (&unstructured.Unstructured{}).UnmarshalJSON(object) != nil {
			continue
		}
		if err := v.checkPublished(object); err != nil {
			return fmt.Errorf("try %d, from %s: %w\n%s", try, name, err, object)
		}
	}
	return nil
}

func (v verification) checkPublished(object []byte) error {
	result, err := publish(v.sensor, object)
	finished := isFinished(object)
	switch {
	case !finished && result.passed:
		return fmt.Errorf("an unfinished workflow was published")
	case !finished:
		return nil
	case err != nil:
		return err
	case !result.passed:
		return fmt.Errorf("a finished workflow was filtered out")
	case !json.Valid(result.value):
		return fmt.Errorf("the message is not JSON")
	case len(result.value) > producerLimit:
		return fmt.Errorf("the message has %d bytes", len(result.value))
	}
	return nil
}

func (v verification) shortensLargeObjects() error {
	objects, err := inflate(v.objects["11-labels-annotations.json"])
	if err != nil {
		return err
	}
	for name, object := range objects {
		if err := v.checkPublished(object); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		result, _ := publish(v.sensor, object)
		var message struct {
			Run     map[string]any `json:"run"`
			Trimmed []string       `json:"trimmed"`
		}
		if err := json.Unmarshal(result.value, &message); err != nil {
			return err
		}
		if message.Run["repository"] != "acme/widgets" || message.Run["issueNumber"] == nil ||
			message.Run["phase"] != "Succeeded" {
			return fmt.Errorf("%s: the message does not identify its run: %v", name, message.Run)
		}
		if len(message.Trimmed) == 0 && !bytes.Contains(result.value, []byte("[cut]")) {
			return fmt.Errorf("%s: %d bytes became %d without a list of what was dropped",
				name, len(object), len(result.value))
		}
		if message.Trimmed == nil {
			return fmt.Errorf("%s: the list of dropped parts is missing", name)
		}
	}
	return nil
}
