package inventory

import (
	"cmp"
	"slices"
	"strings"

	"tradepost/backend/commerce"
)

// KitKind says where a kit lies until it is sold.
type KitKind string

// The kinds of kit: one whose components lie on the shelf, and one that was put together and lies there itself.
const (
	Virtual   KitKind = "virtual"
	Assembled KitKind = "assembled"
)

// Component is one line of a bill of material.
type Component struct {
	VariantID int64
	SKU       string
	Title     string
	Quantity  Quantity // per kit
}

// Name is how people call it.
func (c Component) Name() string { return cmp.Or(c.SKU, c.Title) }

// BOM is one version of what a kit consists of. It holds for what was placed from MadeAt on, unless it was taken back. Without items
// the variant is no kit any more.
type BOM struct {
	ID        int64
	VariantID int64
	Version   int64
	Kind      KitKind
	MadeAt    commerce.Instant
	RunID     int64
	UndoneRun int64 // 0: it stands
	Items     []Component
}

// Words says what one piece consists of by it.
func (b BOM) Words() string {
	parts := make([]string, len(b.Items))
	for i, c := range b.Items {
		parts[i] = string(c.Quantity.Decimal()) + " × " + c.Name()
	}
	if len(parts) == 0 {
		return "no kit"
	}
	if b.Kind == Assembled {
		parts[0] = "assembled of " + parts[0]
	}
	return strings.Join(parts, ", ")
}

// InForce is the version that holds for what was placed at an instant: the last one made by then, else the first there is. nil when there is
// none.
func InForce(versions []BOM, placed commerce.Instant) *BOM {
	var found *BOM
	for i := range versions {
		if found == nil || versions[i].MadeAt <= placed && versions[i].Version > found.Version {
			found = &versions[i]
		}
	}
	return found
}

// Sets is how many kits can be made of what is available of their components; none when a component is not tracked (has no entry).
func Sets(items []Component, available map[int64]Quantity) Quantity {
	if len(items) == 0 {
		return 0
	}
	sets := func(c Component) Quantity { return max(available[c.VariantID], 0) / c.Quantity * One }
	return sets(slices.MinFunc(items, func(a, b Component) int { return cmp.Compare(sets(a), sets(b)) }))
}

// KitNow is a kit as it is: how it stands itself, what it consists of now, how many can be made of what is free of that, all versions (also those
// that were taken back), and what was put together lately.
type KitNow struct {
	Stock
	Now      BOM
	Parts    []Part
	Makes    Quantity
	Versions []BOM
	Made     []Made
}

// Part is a component with what there is of it at our own locations.
type Part struct {
	Component
	Tracked   bool
	Available Quantity
	Levels    []Level
}

// Assembling is what a person wants put together at a location ("": the first where the kit is tracked); below zero: taken apart. Start lets what
// comes be tracked from now on where it is not, with nothing there before.
type Assembling struct {
	VariantID int64
	Location  string
	Quantity  Quantity
	Start     bool
}

// Made is kits that were put together; below zero: taken apart.
type Made struct {
	ID         int64
	LocationID int64
	Location   string
	Version    int64 // of the bill of material
	Quantity   Quantity
	MadeAt     commerce.Instant
	RunID      int64
	UndoneRun  int64
}
