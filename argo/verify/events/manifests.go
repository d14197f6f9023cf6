package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/argoproj/argo-events/pkg/apis/events/v1alpha1"
	"github.com/argoproj/argo-events/pkg/eventsources/sources/resource"
	"github.com/argoproj/argo-events/pkg/reconciler/eventbus"
	sensors "github.com/argoproj/argo-events/pkg/reconciler/sensor"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

// manifests are the objects of argo/events: decoded strictly, valid for the controllers, and
// consistent.
type manifests struct {
	sensor *v1alpha1.Sensor
	// watched selects the objects that the EventSource requests from the API server.
	watched labels.Selector
}

func readManifests(folder string) (manifests, error) {
	sensor, source, bus := &v1alpha1.Sensor{}, &v1alpha1.EventSource{}, &v1alpha1.EventBus{}
	for name, into := range map[string]any{"sensor.yaml": sensor, "eventsource.yaml": source, "eventbus.yaml": bus} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return manifests{}, err
		}
		if err := yaml.UnmarshalStrict(text, into); err != nil {
			return manifests{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := eventbus.ValidateEventBus(bus); err != nil {
		return manifests{}, fmt.Errorf("eventbus.yaml: %w", err)
	}
	if err := sensors.ValidateSensor(sensor, bus); err != nil {
		return manifests{}, fmt.Errorf("sensor.yaml: %w", err)
	}
	watched, err := buildSelector(source)
	if err != nil {
		return manifests{}, fmt.Errorf("eventsource.yaml: %w", err)
	}
	return manifests{sensor, watched}, checkReferences(sensor, source, bus)
}

// buildSelector returns which Workflows the EventSource reports. It rejects one that would miss
// some.
func buildSelector(source *v1alpha1.EventSource) (labels.Selector, error) {
	if len(source.Spec.Resource) != 1 {
		return nil, fmt.Errorf("%d resource events where one was expected", len(source.Spec.Resource))
	}
	for _, spec := range source.Spec.Resource {
		listener := &resource.EventListener{ResourceEventSource: spec}
		if err := listener.ValidateEventSource(context.Background()); err != nil {
			return nil, err
		}
		if len(spec.EventTypes) != 1 || spec.EventTypes[0] != v1alpha1.ADD {
			return nil, errors.New("the event type must be ADD: an UPDATE during a restart of the pod is lost")
		}
		filter := spec.Filter
		if filter == nil || len(filter.Fields) > 0 || filter.AfterStart || filter.Prefix != "" {
			return nil, errors.New("the filter must select by labels only")
		}
		return resource.LabelSelector(filter.Labels)
	}
	return nil, errors.New("no resource event")
}

func checkReferences(
	sensor *v1alpha1.Sensor,
	source *v1alpha1.EventSource,
	bus *v1alpha1.EventBus,
) error {
	triggers := sensor.Spec.Triggers
	dependency := sensor.Spec.Dependencies[0]
	_, known := source.Spec.Resource[dependency.EventName]
	switch {
	case len(sensor.Spec.Dependencies) != 1 || len(triggers) != 1 || triggers[0].Template.Kafka == nil:
		return errors.New("the Sensor must have one dependency and one Kafka trigger")
	case dependency.EventSourceName != source.Name || !known:
		return fmt.Errorf("the Sensor waits for %s/%s, which the EventSource does not send",
			dependency.EventSourceName, dependency.EventName)
	case sensor.Spec.EventBusName != bus.Name || source.Spec.EventBusName != bus.Name:
		return fmt.Errorf("Sensor and EventSource must use the EventBus %s", bus.Name)
	case !triggers[0].AtLeastOnce || triggers[0].RetryStrategy == nil || triggers[0].DlqTrigger == nil:
		return errors.New("the trigger must publish at least once, retry, and log what it could not publish")
	}
	return nil
}
