package api_test

import (
	"slices"
	"testing"

	"tradepost/backend/api"
)

// The palette finds records of all kinds, of those that the caller may read.
func TestSearchFindsWhatMayBeRead(t *testing.T) {
	d := openDesk(t)
	d.must("POST", "/api/v1/variants", map[string]string{"sku": "MUG-1", "title": "Blue mug"}, nil)
	d.must("POST", "/api/v1/channels", map[string]string{"name": "Mugshop", "kind": "other"}, nil)
	found := func(scopes ...string) (titles []string) {
		d.scopes = scopes
		var view api.SearchView
		d.must("GET", "/api/view/search?q=mug", nil, &view)
		for _, group := range view.Groups {
			for _, hit := range group.Items {
				titles = append(titles, group.Kind+" "+hit.Title)
			}
		}
		return titles
	}
	if all := found(api.Scopes...); !slices.Equal(all, []string{"products MUG-1", "channels Mugshop"}) {
		t.Errorf("found %q", all)
	}
	if some := found("orders:read"); !slices.Equal(some, []string{"channels Mugshop"}) {
		t.Errorf("of those who may read orders: %q", some)
	}
}
