// The program reads the WorkflowTemplates of a folder strictly and runs the controller's validation
// on them, and on the Workflow that a submitter creates from each without further parameters. It
// prints one line per template and exits with 1 if one is invalid.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	wfv1 "github.com/argoproj/argo-workflows/v3/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v3/workflow/validate"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// templates are the templates of the folder by name, as the controller finds them.
type templates map[string]*wfv1.WorkflowTemplate

func (t templates) Get(name string) (*wfv1.WorkflowTemplate, error) {
	if found, known := t[name]; known {
		return found, nil
	}
	return nil, fmt.Errorf("there is no WorkflowTemplate %q", name)
}

// noClusterTemplates is empty: templates of ours need no rights outside of their namespace.
type noClusterTemplates struct{}

func (noClusterTemplates) Get(name string) (*wfv1.ClusterWorkflowTemplate, error) {
	return nil, fmt.Errorf("there is no ClusterWorkflowTemplate %q", name)
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: templates FOLDER")
		os.Exit(2)
	}
	found, err := readTemplates(os.Args[1])
	if err != nil {
		fmt.Printf("✗ %v\n", err)
		os.Exit(1)
	}
	failed := false
	for name, template := range found {
		if err := check(found, template); err != nil {
			failed = true
			fmt.Printf("✗ the WorkflowTemplate %s is valid: %v\n", name, err)
		} else {
			fmt.Printf("✓ the WorkflowTemplate %s is valid, and so is a Workflow created from it\n", name)
		}
	}
	if failed {
		os.Exit(1)
	}
}

func readTemplates(folder string) (templates, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return nil, err
	}
	found := templates{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for _, document := range bytes.Split(text, []byte("\n---\n")) {
			var kind metav1.TypeMeta
			if err := yaml.Unmarshal(document, &kind); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			if kind.Kind != "WorkflowTemplate" {
				continue
			}
			template := &wfv1.WorkflowTemplate{}
			if err := yaml.UnmarshalStrict(document, template); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			found[template.Name] = template
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no WorkflowTemplate in %q", folder)
	}
	return found, nil
}

func check(known templates, template *wfv1.WorkflowTemplate) error {
	lint := validate.ValidateOpts{Lint: true}
	err := validate.ValidateWorkflowTemplate(known, noClusterTemplates{}, template, nil, lint)
	if err != nil {
		return err
	}
	submitted := &wfv1.Workflow{
		ObjectMeta: metav1.ObjectMeta{Name: "codex-" + strings.Repeat("0", 40)},
		Spec: wfv1.WorkflowSpec{
			WorkflowTemplateRef: &wfv1.WorkflowTemplateRef{Name: template.Name},
		},
	}
	submit := validate.ValidateOpts{Submit: true}
	return validate.ValidateWorkflow(known, noClusterTemplates{}, submitted, nil, submit)
}
