package shopify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

// contract stands before a simulated shop: what is asked must be what the vendor's own schema allows, and what is answered what it would answer
// to that, field by field. The simulated shop is written by the same hands as the connector; the schema is not.
type contract struct {
	t      *testing.T
	schema *ast.Schema
	next   http.Handler

	mutex sync.Mutex
	asked map[string]bool
}

func (c *contract) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/graphql.json") {
		c.next.ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var question struct {
		Query     string
		Variables map[string]any
	}
	if err := decode(body, &question); err != nil {
		c.t.Errorf("what is asked is no JSON: %v", err)
	}
	document, problems := gqlparser.LoadQuery(c.schema, question.Query) //nolint:staticcheck // its successor needs rules named one by one
	if problems != nil {
		c.t.Errorf("the schema refuses %s: %v", question.Query, problems)
		return
	}
	operation := document.Operations[0]
	if _, err := validator.VariableValues(c.schema, operation, question.Variables); err != nil {
		c.t.Errorf("the schema refuses the variables of %s: %v: %v", operation.Name, err, question.Variables)
	}
	c.mutex.Lock()
	c.asked[operation.Name] = true
	c.mutex.Unlock()
	answer := httptest.NewRecorder()
	c.next.ServeHTTP(answer, r)
	c.judge(operation, answer.Body.Bytes())
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// judge looks at an answer that has data.
func (c *contract) judge(operation *ast.OperationDefinition, body []byte) {
	var answer struct {
		Data   map[string]any
		Errors []any
	}
	if err := decode(body, &answer); err != nil || len(answer.Errors) > 0 {
		return
	}
	for _, problem := range c.object(operation.Name, operation.SelectionSet, answer.Data, rootOf(operation)) {
		c.t.Errorf("the simulated shop answers as the real one would not: %s", problem)
	}
}

func rootOf(operation *ast.OperationDefinition) string {
	if operation.Operation == ast.Mutation {
		return "Mutation"
	}
	return "QueryRoot"
}

// object compares an object with what was selected of it. Of an interface's or union's object the kind is not told: what has a field of a
// fragment is of its kind.
func (c *contract) object(path string, selected ast.SelectionSet, value map[string]any, typename string) (problems []string) {
	fields := map[string]*ast.Field{}
	c.collect(typename, selected, fields)
	for name, field := range fields {
		inner, there := value[name]
		if !there {
			problems = append(problems, path+"."+name+" is missing")
			continue
		}
		problems = append(problems, c.fits(path+"."+name, field.Definition.Type, field.SelectionSet, inner)...)
	}
	for name := range value {
		if fields[name] == nil {
			problems = append(problems, path+"."+name+" was not asked for")
		}
	}
	return problems
}

// collect gathers the fields of a selection for an object of a type; of fragments those that apply to it.
func (c *contract) collect(typename string, selected ast.SelectionSet, fields map[string]*ast.Field) {
	for _, one := range selected {
		switch s := one.(type) {
		case *ast.Field:
			fields[s.Alias] = s
		case *ast.FragmentSpread:
			c.collect(typename, s.Definition.SelectionSet, fields)
		case *ast.InlineFragment:
			if s.TypeCondition == typename {
				c.collect(typename, s.SelectionSet, fields)
			}
		}
	}
}

// fits compares a value with its type.
func (c *contract) fits(path string, kind *ast.Type, selected ast.SelectionSet, value any) (problems []string) {
	if value == nil {
		if kind.NonNull {
			return []string{path + " is null"}
		}
		return nil
	}
	if kind.Elem != nil {
		all, isList := value.([]any)
		if !isList {
			return []string{path + " is no list"}
		}
		for i, one := range all {
			problems = append(problems, c.fits(fmt.Sprintf("%s[%d]", path, i), kind.Elem, selected, one)...)
		}
		return problems
	}
	if inner, isObject := value.(map[string]any); isObject && len(selected) > 0 {
		return c.object(path, selected, inner, c.kindOf(kind.NamedType, selected, inner))
	}
	if !c.scalar(kind.NamedType, value) {
		return []string{fmt.Sprintf("%s is %v, which is no %s", path, value, kind.NamedType)}
	}
	return nil
}

// kindOf is the type of an object: of an interface's the one that its id names, else that of the only fragment.
func (c *contract) kindOf(typename string, selected ast.SelectionSet, value map[string]any) string {
	if c.schema.Types[typename].Kind == ast.Object {
		return typename
	}
	id, _ := value["id"].(string)
	if parts := strings.Split(id, "/"); len(parts) > 3 {
		return parts[3]
	}
	for _, one := range selected {
		if f, is := one.(*ast.InlineFragment); is {
			return f.TypeCondition
		}
	}
	return typename
}

func (c *contract) scalar(name string, value any) bool {
	text, isText := value.(string)
	number, isNumber := value.(json.Number)
	switch name {
	case "Int":
		return isNumber && !strings.ContainsAny(string(number), ".eE")
	case "Float":
		return isNumber
	case "Boolean":
		return value == true || value == false
	case "ID":
		return isText && strings.HasPrefix(text, "gid://shopify/")
	}
	if known := c.schema.Types[name]; known.Kind == ast.Enum {
		return known.EnumValues.ForName(text) != nil
	}
	return isText
}

// TestContract does all that the connector can with each of the vendor's schemas between, and looks that every document was asked.
func TestContract(t *testing.T) {
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			c := &contract{t: t, schema: schemaOf(t, version), asked: map[string]bool{}}
			for _, part := range conformance {
				t.Run(part.name, func(t *testing.T) {
					c.t = t
					part.do(openBetween(t, func(next http.Handler) http.Handler {
						c.next = next
						return c
					}))
				})
			}
			for _, document := range allDocuments {
				if name := nameOf(document); !c.asked[name] {
					t.Errorf("the document %s was never asked", name)
				}
			}
		})
	}
}

// TestDocumentsAreKnown holds that tests see every document.
func TestDocumentsAreKnown(t *testing.T) {
	var names []string
	for _, document := range allDocuments {
		if slices.Contains(names, nameOf(document)) {
			t.Errorf("two documents are called %s", nameOf(document))
		}
		names = append(names, nameOf(document))
	}
}
