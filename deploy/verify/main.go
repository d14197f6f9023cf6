// The program renders kustomizations with the code of kustomize, as `kubectl apply -k` does. It
// decodes every object whose kind Kubernetes or the Prometheus operator defines as strictly as
// their API servers: unknown fields, duplicate fields and values of a wrong type are faults. It
// prints the objects, and to standard error each fault and each kind without a schema. It exits
// with 1 if there is a fault.
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
		if kind := getKind(object); !known.Recognizes(kind) {
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

func getKind(object *resource.Resource) schema.GroupVersionKind {
	gvk := object.GetGvk()
	return schema.GroupVersionKind{Group: gvk.Group, Version: gvk.Version, Kind: gvk.Kind}
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "✗ %v\n", err)
	os.Exit(1)
}
