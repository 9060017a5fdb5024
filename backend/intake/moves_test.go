package intake_test

import (
	"slices"
	"testing"

	"tradepost/backend/intake"
)

// undoneAsBefore brings records in by one run and takes them back: nothing is left, and the world is as it was.
func undoneAsBefore(t *testing.T, h *shop, kind intake.Kind, texts ...string) {
	t.Helper()
	before := h.world()
	did := h.states(kind, texts...)
	if slices.Contains(did.verdicts, intake.Error) {
		t.Errorf("problems %v", did.problems)
	}
	nothingLeft(t, h, did)
	if after := h.world(); !slices.Equal(before, after) {
		t.Errorf("the world differs:\n%s", differences(before, after))
	}
	h.sound("undoing " + string(kind))
}

// The product that B passed through goes with A, which is taken back first: B goes back past it.
func TestAVariantGoesBackPastAProductThatIsGone(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A title=A", "sku=B product.handle=thing option1.value=B", "sku=C product.handle=thing option1.value=C")
	undoneAsBefore(t, h, intake.Products, "sku=B product.handle=other product.title=Two product.tags=a", "sku=A product.handle=other product.tags=b",
		"sku=B product.handle=thing product.title=Three")
}

// A new variant that leaves the product it was made in, into which another moves, is removed from where it is.
func TestANewVariantIsRemovedFromTheProductItMovedTo(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A title=A", "sku=C product.handle=thing option1.value=C")
	undoneAsBefore(t, h, intake.Products, "sku=N product.handle=new product.title=New", "sku=A product.handle=new", "sku=N product.handle=thing option1.value=N")
}

// A product that a variant passes through twice is there until the variant is back.
func TestAVariantPassesThroughAProductTwice(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A product.handle=a title=A", "sku=C product.handle=thing option1.value=C")
	undoneAsBefore(t, h, intake.Products, "sku=N product.handle=new", "sku=N product.handle=thing option1.value=N", "sku=N product.handle=new")
	undoneAsBefore(t, h, intake.Products, "sku=A product.handle=b", "sku=A product.handle=thing option1.value=A", "sku=A product.handle=b product.title=B")
}

// The same when the undo of another run removed the product that B passed through.
func TestAVariantGoesBackPastAProductThatAnotherUndoRemoved(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=B title=B")
	made := h.states(intake.Products, "sku=N product.handle=two")
	moved := h.states(intake.Products, "sku=B product.handle=two", "sku=B product.handle=three product.title=Three")
	nothingLeft(t, h, made)
	nothingLeft(t, h, moved)
	h.is(`SELECT v.sku, p.title FROM variant v JOIN product p ON p.id = v.product_id`, "B B")
	h.sound("undoing out of order")
}

// Where the product that a variant was of before the run is gone, the variant stays, and its undo says so.
func TestAVariantStaysWhenTheProductItWasOfIsGone(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=B title=B")
	made := h.states(intake.Products, "sku=N product.handle=two")
	h.states(intake.Products, "sku=B product.handle=two")
	moved := h.states(intake.Products, "sku=B product.handle=three product.title=Three price=1 currency=USD")
	nothingLeft(t, h, made)
	if _, left := h.undo(moved); !slices.Equal(left, []string{"the product it was of is gone"}) {
		t.Errorf("left %q", left)
	}
	h.is(`SELECT v.sku, v.price, v.currency FROM variant v JOIN product p ON p.id = v.product_id`, "B  ")
	h.sound("undoing out of order")
}

// A listing that was linked to a product which an undo removed since keeps the link it has, with the reason; the other
// listings of the run go back.
func TestAListingIsLeftWhenWhatItWasLinkedToIsGone(t *testing.T) {
	h := opened(t)
	h.ordered("#1", "", "X:1", "Y:1")
	h.states(intake.Products, "sku=B")
	made := h.states(intake.Products, "sku=X")
	did := h.states(intake.Links, "listing_sku=Y sku=B", "listing_sku=X sku=B title=Listed", "listing_sku=NEW sku=B")
	nothingLeft(t, h, made)
	if _, left := h.undo(did); !slices.Equal(left, []string{"the product “X” that it was linked to is gone"}) {
		t.Errorf("left %q", left)
	}
	h.is(linked, "X B 1 import", "Y - 1 ")
	h.is(`SELECT title FROM listing WHERE sku = 'X'`, "X")
	h.sound("undoing links")
}

// Who linked a listing goes back with the link alone: what a later file linked stays linked by a file.
func TestALinkThatWasMadeSinceIsLeft(t *testing.T) {
	h := opened(t)
	h.ordered("#1", "", "X:1")
	h.states(intake.Products, "sku=X", "sku=B", "sku=C")
	first := h.states(intake.Links, "listing_sku=X sku=B")
	second := h.states(intake.Links, "listing_sku=X sku=C")
	if _, left := h.undo(first); !slices.Equal(left, []string{"sku was changed since"}) {
		t.Errorf("left %q", left)
	}
	h.is(linked, "X C 1 import")
	nothingLeft(t, h, second)
	h.is(linked, "X B 1 import")
}

// Of what several records said of one product, in turns, that goes back which was before all of them.
func TestWhatRecordsSaidOfAProductInTurnsGoesBack(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=B product.handle=thing option1.value=B", "sku=C product.handle=thing option1.value=C")
	undoneAsBefore(t, h, intake.Products, "sku=B price=1 currency=USD", "sku=C product.tags=a", "sku=B product.tags=[clear]")
	undoneAsBefore(t, h, intake.Products, "sku=B product.handle=other product.tags=b", "sku=X product.handle=thing option1.value=B product.tags=a",
		"sku=B product.handle=thing product.tags=[clear]")
}

// Without a SKU or a GTIN, a row that fits two variants is of neither, and makes no third.
func TestOptionsOfTwoVariantsAreAmbiguous(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=B product.handle=thing option1.value=B", "sku=N product.handle=thing option1.value=N", "sku=N option1.value=B")
	did := h.states(intake.Products, "product.handle=thing option1.value=B price=1 currency=USD", "gtin=33 product.handle=thing option1.value=B", "sku=B price=1 currency=USD")
	verdicts(t, did, intake.Error, intake.New, intake.Changed)
	if p := did.problems[0]; p.Code != "ambiguous_options" || p.Found != "thing" || p.Remedy == "" {
		t.Errorf("problem %+v", p)
	}
	nothingLeft(t, h, did)
}

// What the stock ledger names stays, also when the count is taken back first.
func TestACountedProductStays(t *testing.T) {
	h := opened(t)
	made := h.states(intake.Products, "sku=A", "sku=B")
	nothingLeft(t, h, h.states(intake.StockCounts, "sku=A on_hand=1"))
	if _, left := h.undo(made); !slices.Equal(left, []string{counted}) {
		t.Errorf("left %q", left)
	}
	h.is(`SELECT sku FROM variant`, "A")
}

// What a later file said of another product, through a variant that moved on, does not count for this one.
func TestWhatWasSaidOfAnotherProductDoesNotCount(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A product.handle=one", "sku=B product.handle=two option1.value=B", "sku=C product.handle=two option1.value=C")
	did := h.states(intake.Products, "sku=C product.title=One", "sku=B product.title=Two", "sku=C product.title=Three")
	h.states(intake.Products, "sku=A product.title=Other")
	h.states(intake.Products, "sku=A product.handle=two option1.value=A")
	nothingLeft(t, h, did)
	h.is(`SELECT p.title FROM product p JOIN variant v ON v.product_id = p.id WHERE v.sku = 'B'`, "")
}
