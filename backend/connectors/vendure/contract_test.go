package vendure_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

// vendorSchema is what of Vendure's schema the connector uses: names and types, read from a server of 3.7.3.
var vendorSchema = sync.OnceValue(func() *ast.Schema {
	text, err := os.ReadFile("testdata/schema.graphql")
	if err != nil {
		panic(err)
	}
	return gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: string(text)})
})

// contract stands before a simulated server: what is asked must be what the real one's schema allows, and what is answered what
// it would answer to that, field by field. The simulated server is written by the same hands as the connector; the schema is not.
type contract struct {
	t    *testing.T
	next http.Handler

	mutex sync.Mutex
	asked map[string]bool
}

func (c *contract) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var question struct {
		Query     string
		Variables map[string]any
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&question); err != nil {
		c.t.Errorf("what is asked is no JSON: %v", err)
	}
	document, problems := gqlparser.LoadQuery(vendorSchema(), question.Query) //nolint:staticcheck // its successor needs rules named one by one
	if problems != nil {
		c.t.Errorf("the schema refuses %s: %v", question.Query, problems)
		return
	}
	operation := document.Operations[0]
	if _, err := validator.VariableValues(vendorSchema(), operation, question.Variables); err != nil {
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

// judge looks at an answer that has data.
func (c *contract) judge(operation *ast.OperationDefinition, body []byte) {
	var answer struct {
		Data   map[string]any
		Errors []any
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&answer); err != nil || len(answer.Errors) > 0 {
		return
	}
	for _, problem := range object(operation.Name, "", operation.SelectionSet, answer.Data) {
		c.t.Errorf("the simulated server answers as the real one would not: %s", problem)
	}
}

// object compares an object with what was selected of it.
func object(path, typename string, selected ast.SelectionSet, value map[string]any) (problems []string) {
	fields := map[string]*ast.Field{}
	if name, told := value["__typename"].(string); told {
		typename = name
	}
	collect(typename, selected, fields)
	for name, field := range fields {
		inner, there := value[name]
		if !there {
			problems = append(problems, path+"."+name+" is missing")
			continue
		}
		if name != "__typename" {
			problems = append(problems, fits(path+"."+name, field.Definition.Type, field.SelectionSet, inner)...)
		}
	}
	for name := range value {
		if fields[name] == nil {
			problems = append(problems, path+"."+name+" was not asked for")
		}
	}
	return problems
}

// collect gathers the fields of a selection for an object of a type; of fragments those that apply to it.
func collect(typename string, selected ast.SelectionSet, fields map[string]*ast.Field) {
	for _, one := range selected {
		switch s := one.(type) {
		case *ast.Field:
			fields[s.Alias] = s
		case *ast.FragmentSpread:
			collect(typename, s.Definition.SelectionSet, fields)
		case *ast.InlineFragment:
			if s.TypeCondition == typename || slices.Contains(vendorSchema().Types[typename].Interfaces, s.TypeCondition) {
				collect(typename, s.SelectionSet, fields)
			}
		}
	}
}

// fits compares a value with its type.
func fits(path string, kind *ast.Type, selected ast.SelectionSet, value any) (problems []string) {
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
			problems = append(problems, fits(fmt.Sprintf("%s[%d]", path, i), kind.Elem, selected, one)...)
		}
		return problems
	}
	if inner, isObject := value.(map[string]any); isObject && len(selected) > 0 {
		return object(path, kind.NamedType, selected, inner)
	}
	if !scalar(kind.NamedType, value) {
		return []string{fmt.Sprintf("%s is %v, which is no %s", path, value, kind.NamedType)}
	}
	return nil
}

func scalar(name string, value any) bool {
	text, isText := value.(string)
	number, isNumber := value.(json.Number)
	switch name {
	case "Int", "Money":
		return isNumber && !strings.ContainsAny(string(number), ".eE")
	case "Boolean":
		return value == true || value == false
	case "JSON":
		return true
	}
	if known := vendorSchema().Types[name]; known.Kind == ast.Enum && name != "CurrencyCode" {
		return known.EnumValues.ForName(text) != nil
	}
	return isText
}

// TestContract runs what the real server runs, with the schema between, and looks that every document was asked.
func TestContract(t *testing.T) {
	c := &contract{t: t, asked: map[string]bool{}}
	for _, part := range conformance {
		t.Run(part.name, func(t *testing.T) {
			p := simulate(t)
			c.next = p.Shop
			server := httptest.NewServer(c)
			t.Cleanup(server.Close)
			p.base = server.URL
			part.do(t, p)
		})
	}
	text, err := os.ReadFile("queries.go")
	must(t, err)
	for _, part := range strings.Split(string(text), "`") {
		words := strings.FieldsFunc(part, func(r rune) bool { return strings.ContainsRune(" (\n", r) })
		if len(words) > 1 && (words[0] == "query" || words[0] == "mutation") && !c.asked[words[1]] {
			t.Errorf("the document %s was never asked", words[1])
		}
	}
}
