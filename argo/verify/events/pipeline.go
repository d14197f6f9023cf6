package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/IBM/sarama"
	"github.com/argoproj/argo-events/pkg/apis/events/v1alpha1"
	"github.com/argoproj/argo-events/pkg/eventsources/events"
	"github.com/argoproj/argo-events/pkg/sensors/dependencies"
	"github.com/argoproj/argo-events/pkg/sensors/triggers"
	"github.com/argoproj/argo-events/pkg/sensors/triggers/kafka"
	cloudevents "github.com/cloudevents/sdk-go/v2"
	"go.uber.org/zap"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// publication is the result for one Workflow object: a Kafka message, or nothing if it was filtered
// out.
type publication struct {
	passed     bool
	key, value []byte
	busBytes   int
}

// encodeBusMessage returns the bytes that the resource EventSource puts on the bus for an object:
// the object as the informer decodes it, as the data of an ADD event, in a CloudEvent.
func encodeBusMessage(object []byte, dependency v1alpha1.EventDependency) ([]byte, error) {
	decoded := &unstructured.Unstructured{}
	if err := decoded.UnmarshalJSON(object); err != nil {
		return nil, fmt.Errorf("not a Kubernetes object: %w", err)
	}
	body, err := json.Marshal(decoded)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(&events.ResourceEventData{
		EventType: string(v1alpha1.ADD),
		Body:      (*json.RawMessage)(&body),
		Group:     "argoproj.io",
		Version:   "v1alpha1",
		Resource:  "workflows",
	})
	if err != nil {
		return nil, err
	}
	event := cloudevents.NewEvent()
	event.SetID("0")
	event.SetType(string(v1alpha1.ResourceEvent))
	event.SetSource(dependency.EventSourceName)
	event.SetSubject(dependency.EventName)
	event.SetTime(time.Unix(0, 0).UTC())
	if err := event.SetData(cloudevents.ApplicationJSON, data); err != nil {
		return nil, err
	}
	return json.Marshal(event)
}

// publish runs an object through Argo Events: bus, transform, filter, parameters, payload,
// producer. An error means that a cluster would have dropped the message.
func publish(sensor *v1alpha1.Sensor, object []byte) (publication, error) {
	dependency := sensor.Spec.Dependencies[0]
	onBus, err := encodeBusMessage(object, dependency)
	if err != nil {
		return publication{}, err
	}
	result := publication{busBytes: len(onBus)}
	var event *cloudevents.Event
	if err := json.Unmarshal(onBus, &event); err != nil {
		return result, fmt.Errorf("from the bus: %w", err)
	}
	if event, err = dependencies.ApplyTransform(event, dependency.Transform); err != nil {
		return result, fmt.Errorf("transform: %w", err)
	}
	internal := toSensorEvent(event)
	result.passed, err = dependencies.Filter(
		internal, dependency.Filters, dependency.FiltersLogicalOperator)
	if err != nil {
		return result, fmt.Errorf("filter: %w", err)
	}
	if !result.passed {
		return result, nil
	}
	message, err := runTrigger(sensor, map[string]*v1alpha1.Event{dependency.Name: internal})
	if err != nil {
		return result, fmt.Errorf("trigger: %w", err)
	}
	if result.value, err = message.Value.Encode(); err != nil {
		return result, err
	}
	if message.Key == nil {
		return result, errors.New("trigger: the message has no key")
	}
	result.key, err = message.Key.Encode()
	return result, err
}

func toSensorEvent(event *cloudevents.Event) *v1alpha1.Event {
	about := event.Context
	return &v1alpha1.Event{Data: event.Data(), Context: &v1alpha1.EventContext{
		ID: about.GetID(), Type: about.GetType(), Source: about.GetSource(), Subject: about.GetSubject(),
		SpecVersion: about.GetSpecVersion(), DataContentType: about.GetDataContentType(),
		Time: metav1.Time{Time: about.GetTime()},
	}}
}

// lastMessage replaces the Kafka client and keeps the message.
type lastMessage struct {
	sarama.AsyncProducer
	sent chan *sarama.ProducerMessage
}

func (p lastMessage) Input() chan<- *sarama.ProducerMessage { return p.sent }

func runTrigger(
	sensor *v1alpha1.Sensor,
	arrived map[string]*v1alpha1.Event,
) (message *sarama.ProducerMessage, err error) {
	restore := discardStdout()
	defer restore()
	own := sensor.Spec.Triggers[0].DeepCopy()
	if err := triggers.ApplyTemplateParameters(arrived, own); err != nil {
		return nil, err
	}
	producer := lastMessage{sent: make(chan *sarama.ProducerMessage, 1)}
	runner := &kafka.KafkaTrigger{
		Sensor: sensor, Trigger: own, Producer: producer, Logger: zap.NewNop().Sugar(),
	}
	ctx := context.Background()
	resource, err := runner.FetchResource(ctx)
	if err != nil {
		return nil, err
	}
	if resource, err = runner.ApplyResourceParameters(arrived, resource); err != nil {
		return nil, err
	}
	if _, err := runner.Execute(ctx, arrived, resource); err != nil {
		return nil, err
	}
	select {
	case message = <-producer.sent:
		return message, nil
	default:
		return nil, errors.New("the trigger published nothing")
	}
}

// discardStdout keeps the library's output out of ours until restore is called.
func discardStdout() (restore func()) {
	stdout := os.Stdout
	reader, writer, err := os.Pipe()
	if err != nil {
		return func() {}
	}
	os.Stdout = writer
	drained := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, reader); close(drained) }()
	return func() {
		os.Stdout = stdout
		_ = writer.Close()
		<-drained
		_ = reader.Close()
	}
}
