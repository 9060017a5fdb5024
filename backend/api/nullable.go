package api

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// stateNullable lets the description say null where an answer sends it: huma describes a pointer to a struct as the struct
// alone. A pointer with omitempty is left out instead, so it stays as it is.
func stateNullable(schemas huma.Registry) {
	for name, schema := range schemas.Map() {
		kind := schemas.TypeFromRef("#/components/schemas/" + name)
		if kind == nil || kind.Kind() != reflect.Struct {
			continue
		}
		for field := range kind.Fields() {
			key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			property := schema.Properties[key]
			if field.Type.Kind() != reflect.Pointer || strings.Contains(options, "omitempty") || field.Tag.Get("nullable") == "false" || property == nil || property.Ref == "" {
				continue
			}
			schema.Properties[key] = &huma.Schema{Description: property.Description, AnyOf: []*huma.Schema{{Ref: property.Ref}, {Type: "null"}}}
		}
	}
}
