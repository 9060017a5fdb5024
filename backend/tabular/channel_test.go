package tabular_test

import (
	"context"
	"strings"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/tabular"
)

// A file that names no channel goes into the only one of its kind, whatever that is called; a second channel would
// double every order.
func TestFileGoesIntoTheOnlyChannelOfItsKind(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	for _, c := range []channel.Channel{{Name: "Etsy, main shop", Kind: "etsy"}, {Name: "My boutique", Kind: "shopify"}} {
		if _, err := s.AddChannel(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	file, _, err := im.Receive(ctx, "orders.csv", strings.NewReader(shopify))
	if err != nil {
		t.Fatal(err)
	}
	i, err := im.Whole(ctx, tabular.Request{FileID: file.ID})
	if err != nil || i.Channel != "My boutique" {
		t.Errorf("went into %q: %v", i.Channel, err)
	}
}
