package sim

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// row is what a list filters and sorts by.
type row struct {
	id               string
	created, updated time.Time
	placed           time.Time // of orders
	active           bool
	kind, state      string // of orders
	render           func() any
}

// mostRows is the server's limit.
const mostRows = 1000

// list answers a list: filtered, sorted by one time, and cut. Rows of one instant come in no order that helps anybody.
func (s *Shop) list(field string, rows []row, v map[string]any) (any, error) {
	options, _ := v["options"].(map[string]any)
	take, given := number(options["take"])
	if !given {
		take = 100
	}
	if take > mostRows {
		return nil, &refusal{"USER_INPUT_ERROR", fmt.Sprintf("Cannot take more than %d results from a list query", mostRows)}
	}
	filter, _ := options["filter"].(map[string]any)
	order, _ := options["sort"].(map[string]any)
	if _, late := order["updatedAt"]; late {
		rows = slices.DeleteFunc(rows, func(r row) bool { return !s.desk.Listed(r.id, r.updated) })
	}
	left, err := filtered(rows, filter)
	if err != nil {
		return nil, err
	}
	if err := sorted(left, order); err != nil {
		return nil, err
	}
	items := make([]any, 0, take)
	for _, r := range left[:min(take, len(left))] {
		items = append(items, r.render())
	}
	return object{field: object{"totalItems": len(left), "items": items}}, nil
}

func number(v any) (int, bool) {
	n, ok := v.(float64)
	return int(n), ok
}

// filtered keeps the rows that every filter lets through.
func filtered(rows []row, filter map[string]any) ([]row, error) {
	all, err := conditions(filter)
	return slices.DeleteFunc(rows, func(r row) bool { return !every(all)(r) }), err
}

// conditions reads a filter as the real server does: the conditions of one element of _or are alternatives like the elements.
func conditions(filter map[string]any) (all []func(row) bool, err error) {
	for name, value := range filter {
		if name == "_and" || name == "_or" {
			inner, err := flat(value)
			if err != nil {
				return nil, err
			}
			if name == "_and" {
				all = append(all, every(inner))
			} else {
				all = append(all, func(r row) bool { return slices.ContainsFunc(inner, func(c func(row) bool) bool { return c(r) }) })
			}
			continue
		}
		operators, _ := value.(map[string]any)
		for operator, operand := range operators {
			keep, err := condition(name+"."+operator, operand)
			if err != nil {
				return nil, err
			}
			all = append(all, keep)
		}
	}
	return all, nil
}

func flat(elements any) (all []func(row) bool, err error) {
	list, _ := elements.([]any)
	for _, element := range list {
		filter, _ := element.(map[string]any)
		inner, err := conditions(filter)
		if err != nil {
			return nil, err
		}
		all = append(all, inner...)
	}
	return all, nil
}

func every(all []func(row) bool) func(row) bool {
	return func(r row) bool { return !slices.ContainsFunc(all, func(c func(row) bool) bool { return !c(r) }) }
}

func condition(name string, operand any) (func(row) bool, error) {
	switch name {
	case "id.in":
		ids, _ := operand.([]any)
		return func(r row) bool { return slices.Contains(ids, any(r.id)) }, nil
	case "id.notIn":
		ids, _ := operand.([]any)
		return func(r row) bool { return !slices.Contains(ids, any(r.id)) }, nil
	case "active.eq":
		return func(r row) bool { return r.active == operand }, nil
	case "type.notEq":
		return func(r row) bool { return r.kind != operand }, nil
	case "orderPlacedAt.isNull":
		return func(r row) bool { return r.placed.IsZero() == operand }, nil
	case "state.in":
		states, _ := operand.([]any)
		return func(r row) bool { return slices.Contains(states, any(r.state)) }, nil
	case "updatedAt.after", "createdAt.after", "orderPlacedAt.after":
		at, err := time.Parse(time.RFC3339, fmt.Sprint(operand))
		if err != nil {
			return nil, &refusal{"BAD_USER_INPUT", "DateTime cannot represent an invalid date-time-string"}
		}
		of := map[string]func(row) time.Time{
			"updatedAt.after":     func(r row) time.Time { return r.updated },
			"createdAt.after":     func(r row) time.Time { return r.created },
			"orderPlacedAt.after": func(r row) time.Time { return r.placed },
		}[name]
		return func(r row) bool { return of(r).After(at) }, nil
	}
	return nil, &refusal{"BAD_USER_INPUT", "The simulated shop has no filter " + name}
}

func sorted(rows []row, order map[string]any) error {
	if len(order) > 1 {
		return &refusal{"BAD_USER_INPUT", "The simulated shop sorts by one field: the real one would sort by the schema's order of them"}
	}
	for name, way := range order {
		if way != "ASC" || !slices.Contains([]string{"updatedAt", "createdAt", "id"}, name) {
			return &refusal{"BAD_USER_INPUT", "The simulated shop does not sort so"}
		}
	}
	slices.SortFunc(rows, func(a, b row) int {
		switch {
		case order["updatedAt"] != nil:
			return cmp.Or(a.updated.Compare(b.updated), byID(b.id, a.id))
		case order["createdAt"] != nil:
			return cmp.Or(a.created.Compare(b.created), byID(b.id, a.id))
		}
		return byID(a.id, b.id)
	})
	return nil
}

func byID(a, b string) int { return cmp.Or(len(a)-len(b), cmp.Compare(a, b)) }

func (s *Shop) listProducts(v map[string]any) (any, error) {
	rows := make([]row, 0, len(s.variants))
	for _, one := range s.variants {
		rows = append(rows, row{id: one.id, created: one.created, updated: one.updated, render: one.asListing})
	}
	return s.list("productVariants", rows, v)
}

func (s *Shop) listStock(v map[string]any) (any, error) {
	rows := make([]row, 0, len(s.variants))
	for _, one := range s.variants {
		rows = append(rows, row{id: one.id, created: one.created, updated: one.updated, render: one.asStock})
	}
	return s.list("productVariants", rows, v)
}

func (s *Shop) listCustomers(v map[string]any) (any, error) {
	rows := make([]row, 0, len(s.customers))
	for _, one := range s.customers {
		rows = append(rows, row{id: one.id, created: one.created, updated: one.updated, render: one.render})
	}
	return s.list("customers", rows, v)
}

func (s *Shop) listOrders(v map[string]any) (any, error) {
	rows := make([]row, 0, len(s.orders))
	for _, one := range s.orders {
		rows = append(rows, row{
			id: one.id, created: one.created, updated: one.updated, placed: one.placed, active: one.active, kind: "Regular", state: one.state, render: one.render,
		})
	}
	return s.list("orders", rows, v)
}
