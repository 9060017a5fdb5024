package sim

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A document is read and answered by what it selects, field by field, so that what is asked for and what is answered cannot come apart. It is as
// much of GraphQL as one operation with variables, fragments and directives needs.

// selection is one field, or a fragment with what it selects.
type selection struct {
	alias, name string
	on          string // of a fragment: the type
	spread      string // of a fragment elsewhere: its name
	args        map[string]any
	directives  map[string]map[string]any
	inner       []selection
}

// document is one operation with its fragments.
type document struct {
	kind, name string
	inner      []selection
	fragments  map[string]selection
}

// variable is a value that comes with the call.
type variable string

// word is an enum's value.
type word string

// refusal is an error of GraphQL's own kind.
type refusal struct{ code, message string }

func (r *refusal) Error() string { return r.code + ": " + r.message }

// reader reads a document.
type reader struct {
	tokens []string
	at     int
}

func parse(text string) (d document, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &refusal{"undefined", fmt.Sprintf("Parse error: %v", cause)}
		}
	}()
	r := &reader{tokens: tokens(text)}
	d.fragments = map[string]selection{}
	for r.at < len(r.tokens) {
		if r.take("fragment") {
			name := r.next()
			r.want("on")
			d.fragments[name] = selection{on: r.next(), inner: r.selections()}
			continue
		}
		d.kind, d.name = r.next(), r.next()
		if r.peek() == "(" { // what its variables are is the schema's business
			for depth := 0; ; {
				switch r.next() {
				case "(":
					depth++
				case ")":
					depth--
				}
				if depth == 0 {
					break
				}
			}
		}
		d.inner = r.selections()
	}
	return d, nil
}

// tokens cuts a text into words, signs and strings.
func tokens(text string) (all []string) {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '#':
			for i < len(text) && text[i] != '\n' {
				i++
			}
		case strings.IndexByte(" \n\t\r,", c) >= 0:
			i++
		case c == '"':
			end := i + 1
			for text[end] != '"' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			all, i = append(all, text[i:end+1]), end+1
		case strings.HasPrefix(text[i:], "..."):
			all, i = append(all, "..."), i+3
		case strings.IndexByte("{}()[]:=!$@", c) >= 0:
			all, i = append(all, string(c)), i+1
		default:
			end := i
			for end < len(text) && strings.IndexByte(" \n\t\r,{}()[]:=!$@\"", text[end]) < 0 {
				end++
			}
			all, i = append(all, text[i:end]), end
		}
	}
	return all
}

func (r *reader) peek() string {
	if r.at >= len(r.tokens) {
		return ""
	}
	return r.tokens[r.at]
}

func (r *reader) next() string {
	token := r.tokens[r.at]
	r.at++
	return token
}

func (r *reader) take(token string) bool {
	if r.peek() != token {
		return false
	}
	r.at++
	return true
}

func (r *reader) want(token string) {
	if got := r.next(); got != token {
		panic(fmt.Sprintf("expected %q, found %q", token, got))
	}
}

func (r *reader) selections() (all []selection) {
	r.want("{")
	for !r.take("}") {
		all = append(all, r.selection())
	}
	return all
}

func (r *reader) selection() (s selection) {
	if r.take("...") {
		if r.take("on") {
			s.on = r.next()
			s.inner = r.selections()
			return s
		}
		s.spread = r.next()
		return s
	}
	s.name = r.next()
	if s.alias = s.name; r.take(":") {
		s.name = r.next()
	}
	s.args = r.arguments()
	s.directives = map[string]map[string]any{}
	for r.take("@") {
		name := r.next()
		s.directives[name] = r.arguments()
	}
	if r.peek() == "{" {
		s.inner = r.selections()
	}
	return s
}

func (r *reader) arguments() map[string]any {
	args := map[string]any{}
	if !r.take("(") {
		return args
	}
	for !r.take(")") {
		name := r.next()
		r.want(":")
		args[name] = r.value()
	}
	return args
}

func (r *reader) value() any {
	switch token := r.next(); {
	case token == "$":
		return variable(r.next())
	case token == "[":
		list := []any{}
		for !r.take("]") {
			list = append(list, r.value())
		}
		return list
	case token == "{":
		object := map[string]any{}
		for !r.take("}") {
			name := r.next()
			r.want(":")
			object[name] = r.value()
		}
		return object
	case token[0] == '"':
		var text string
		_ = json.Unmarshal([]byte(token), &text)
		return text
	case token == "true", token == "false":
		return token == "true"
	case token == "null":
		return nil
	default:
		if n, err := strconv.ParseFloat(token, 64); err == nil {
			return n
		}
		return word(token)
	}
}

// bound puts the variables in.
func bound(value any, variables map[string]any) any {
	switch v := value.(type) {
	case variable:
		return variables[string(v)]
	case word:
		return string(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = bound(v[i], variables)
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for name, inner := range v {
			object[name] = bound(inner, variables)
		}
		return object
	}
	return value
}

func (s selection) arguments(variables map[string]any) map[string]any {
	args, _ := bound(s.args, variables).(map[string]any)
	return args
}

// Points are counted as the vendor says: an object is one, a list is two and what its rows cost, a mutation is ten
// (https://shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits). How rows count is not told in full; here a row counts a tenth.
const (
	costOfList, costOfMutation = 2, 10
	shareOfRow                 = 0.1
)

// cost is what an operation may cost at most.
func (d document) cost(variables map[string]any) float64 {
	if d.kind == "mutation" {
		return costOfMutation
	}
	return math.Ceil(d.costOf(d.inner, variables))
}

func (d document) costOf(selected []selection, variables map[string]any) (sum float64) {
	for _, s := range selected {
		inner := s.inner
		if s.spread != "" {
			inner = d.fragments[s.spread].inner
		}
		within := d.costOf(inner, variables)
		first, isList := s.arguments(variables)["first"].(float64)
		if ids, many := s.arguments(variables)["ids"].([]any); many {
			first, isList = float64(len(ids)), true
		}
		switch {
		case s.name == "": // a fragment
			sum += within
		case isList:
			sum += costOfList + first*shareOfRow*within
		case len(inner) > 0 && s.name != "nodes" && s.name != "pageInfo":
			sum += 1 + within
		default:
			sum += within
		}
	}
	return sum
}

// object is a thing with its fields; its type stands under __typename.
type object = map[string]any

// resolve is a field that is worked out when it is asked for.
type resolve func(args map[string]any) (any, error)

// answerer answers a document.
type answerer struct {
	document
	variables map[string]any
	objects   float64 // how many were answered
}

func (a *answerer) object(of object, selected []selection) (object, error) {
	answer := object{}
	for _, s := range selected {
		if s.name == "" {
			if err := a.fragment(of, s, answer); err != nil {
				return nil, err
			}
			continue
		}
		value, known := of[s.name]
		if !known {
			return nil, &refusal{"undefinedField", fmt.Sprintf("Field '%s' doesn't exist on type '%v'", s.name, of["__typename"])}
		}
		told, err := a.value(value, s)
		if err != nil {
			return nil, err
		}
		answer[s.alias] = told
	}
	return answer, nil
}

func (a *answerer) fragment(of object, s selection, into object) error {
	if s.spread != "" {
		f, known := a.fragments[s.spread]
		if !known {
			return &refusal{"undefinedFragment", "Fragment " + s.spread + " was used, but not defined"}
		}
		s = f
	}
	if s.on != of["__typename"] {
		return nil
	}
	inner, err := a.object(of, s.inner)
	maps.Copy(into, inner)
	return err
}

func (a *answerer) value(value any, s selection) (any, error) {
	if lazy, is := value.(resolve); is {
		worked, err := lazy(s.arguments(a.variables))
		if err != nil {
			return nil, err
		}
		value = worked
	}
	switch v := value.(type) {
	case object:
		if v == nil {
			return nil, nil //nolint:nilnil // null is an answer
		}
		a.objects++
		return a.object(v, s.inner)
	case []object:
		list := make([]any, 0, len(v))
		for _, one := range v {
			told, err := a.value(one, s)
			if err != nil {
				return nil, err
			}
			list = append(list, told)
		}
		return list, nil
	}
	return value, nil
}

// page answers a list by first and after: rows in their order, by the id of each.
func page(kind string, args map[string]any, rows []object) object {
	after, _ := args["after"].(string)
	if after != "" {
		at := slices.IndexFunc(rows, func(o object) bool { return cursorOf(o) == after })
		rows = rows[at+1:]
	}
	first, given := args["first"].(float64)
	if !given {
		first = float64(len(rows))
	}
	shown := rows[:min(int(first), len(rows))]
	end := any(nil)
	if len(shown) > 0 {
		end = cursorOf(shown[len(shown)-1])
	}
	return object{"__typename": kind + "Connection", "nodes": shown, "edges": edgesOf(kind, shown),
		"pageInfo": object{"__typename": "PageInfo", "hasNextPage": len(shown) < len(rows), "endCursor": end}}
}

// edgesOf are rows as bulk operations want them asked for.
func edgesOf(kind string, rows []object) resolve {
	return func(map[string]any) (any, error) {
		edges := make([]object, len(rows))
		for i, one := range rows {
			edges[i] = object{"__typename": kind + "Edge", "node": one}
		}
		return edges, nil
	}
}

func cursorOf(o object) string { return fmt.Sprintf("after:%v", o["id"]) }

// list is a field that is a list with pages.
func list(kind string, rows func(args map[string]any) ([]object, error)) resolve {
	return func(args map[string]any) (any, error) {
		all, err := rows(args)
		if err != nil {
			return nil, err
		}
		if first, _ := args["first"].(float64); first > 250 {
			return nil, &refusal{"MAX_INPUT_SIZE", "First cannot exceed 250"}
		}
		return page(kind, args, all), nil
	}
}

// fixed is a list whose rows are there.
func fixed(kind string, rows []object) resolve {
	return list(kind, func(map[string]any) ([]object, error) { return rows, nil })
}

// firstOf is a list without pages, which first cuts.
func firstOf(rows []object) resolve {
	return func(args map[string]any) (any, error) {
		first, given := args["first"].(float64)
		if !given {
			return rows, nil
		}
		return rows[:min(int(first), len(rows))], nil
	}
}
