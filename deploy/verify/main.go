// The program renders kustomizations with kustomize's own code, as `kubectl apply -k` does, and reads every object of a kind that
// Kubernetes or the Prometheus operator defines as their API servers would: strictly, so that an unknown field, one that is there
// twice and a value of the wrong type are faults. It prints the objects, and on standard error each fault and each kind that it
// has no schema of. It exits with 1 if there is a fault.
package main

import (
	"fmt"
	"os"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: verify FOLDER")
		os.Exit(2)
	}
	known := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, monitoringv1.AddToScheme} {
		if err := add(known); err != nil {
			fail(err)
		}
	}
	strict := serializer.NewCodecFactory(known, serializer.EnableStrict).UniversalDeserializer()

	made, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), os.Args[1])
	if err != nil {
		fail(err)
	}
	failed := false
	for _, object := range made.Resources() {
		text, err := object.AsYAML()
		if err != nil {
			fail(err)
		}
		fmt.Printf("---\n%s", text)
		if kind := kindOf(object); !known.Recognizes(kind) {
			fmt.Fprintf(os.Stderr, "no schema: %s\n", kind.GroupKind())
		} else if _, _, err := strict.Decode(text, nil, nil); err != nil {
			failed = true
			fmt.Fprintf(os.Stderr, "✗ %s %s: %v\n", object.GetKind(), object.GetName(), err)
		}
	}
	if failed {
		os.Exit(1)
	}
}

func kindOf(object *resource.Resource) schema.GroupVersionKind {
	gvk := object.GetGvk()
	return schema.GroupVersionKind{Group: gvk.Group, Version: gvk.Version, Kind: gvk.Kind}
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "✗ %v\n", err)
	os.Exit(1)
}
