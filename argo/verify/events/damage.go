package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand"
	"slices"
	"strings"
)

// wrongValues replace expected ones: every JSON type, empty, nested, and text that is hard to
// encode.
var wrongValues = []string{
	`null`, `""`, `0`, `-1.5`, `true`, `[]`, `{}`, `[null,1,"s"]`, `{"a":null}`,
	`"{}"`, `"e30="`, `"bnVsbA=="`, `"<&>\u2028\"\\"`, `"\ud83d"`,
}

// damage removes or replaces up to six values anywhere in the object. It stays a Workflow.
func damage(rng *rand.Rand, object []byte) ([]byte, error) {
	var root map[string]any
	if err := json.Unmarshal(object, &root); err != nil {
		return nil, err
	}
	for range 1 + rng.Intn(6) {
		damageOne(rng, root)
	}
	root["apiVersion"], root["kind"] = "argoproj.io/v1alpha1", "Workflow"
	return json.Marshal(root)
}

func damageOne(rng *rand.Rand, node any) {
	switch container := node.(type) {
	case map[string]any:
		keys := make([]string, 0, len(container))
		for key := range container {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		if len(keys) == 0 {
			return
		}
		key := keys[rng.Intn(len(keys))]
		switch {
		case shouldDescend(rng, container[key]):
			damageOne(rng, container[key])
		case rng.Intn(2) == 0:
			delete(container, key)
		default:
			container[key] = pickWrongValue(rng)
		}
	case []any:
		if len(container) == 0 {
			return
		}
		index := rng.Intn(len(container))
		if shouldDescend(rng, container[index]) {
			damageOne(rng, container[index])
			return
		}
		container[index] = pickWrongValue(rng)
	}
}

// shouldDescend reports whether to damage a value inside of this one; mostly true for containers.
func shouldDescend(rng *rand.Rand, value any) bool {
	switch container := value.(type) {
	case map[string]any:
		return len(container) > 0 && rng.Intn(4) > 0
	case []any:
		return len(container) > 0 && rng.Intn(4) > 0
	}
	return false
}

func pickWrongValue(rng *rand.Rand) any {
	var value any
	if json.Unmarshal([]byte(wrongValues[rng.Intn(len(wrongValues))]), &value) != nil {
		return nil
	}
	return value
}

// inflate returns objects that are too large for a Kafka message, each in a different place.
func inflate(object []byte) (map[string][]byte, error) {
	long := strings.Repeat("<&>\u2028 prompt ", 60_000)
	grow := map[string]func(map[string]any){
		"an argument that is a task": func(root map[string]any) {
			task, _ := json.Marshal(map[string]any{
				"repository": "acme/widgets", "issueNumber": "7", "stage": "implementation", "prompt": long,
			})
			body := base64.StdEncoding.EncodeToString(task)
			getArguments(root)["parameters"] = []any{map[string]any{"name": "eventBody", "value": body}}
		},
		"an argument that is text": func(root map[string]any) {
			arguments := getArguments(root)
			prompt := map[string]any{"name": "prompt", "value": long}
			arguments["parameters"] = append(arguments["parameters"].([]any), prompt)
		},
		"3,000 nodes": func(root map[string]any) {
			nodes := map[string]any{}
			for index := range 3_000 {
				name := fmt.Sprintf("node-%d", index)
				nodes[name] = map[string]any{
					"id": name, "name": name, "phase": "Failed", "message": strings.Repeat("<", 400),
				}
			}
			root["status"].(map[string]any)["nodes"] = nodes
		},
		"annotations": func(root map[string]any) {
			root["metadata"].(map[string]any)["annotations"] = map[string]any{
				"codex.repository": "acme/widgets", "notes": long,
			}
		},
		"the message of the workflow": func(root map[string]any) {
			root["status"].(map[string]any)["message"] = long
		},
	}
	objects := map[string][]byte{}
	for name, change := range grow {
		var root map[string]any
		if err := json.Unmarshal(object, &root); err != nil {
			return nil, err
		}
		change(root)
		encoded, err := json.Marshal(root)
		if err != nil {
			return nil, err
		}
		objects[name] = encoded
	}
	return objects, nil
}

func getArguments(root map[string]any) map[string]any {
	return root["spec"].(map[string]any)["arguments"].(map[string]any)
}
