package inventory

// MostEdits bounds how many levels one batch changes.
const MostEdits = 10_000

// Edit is what a person says of a level in the stock grid: what is on hand is to be so much.
type Edit struct {
	VariantID int64  // or
	SKU       string // which names it
	Location  string // its name; "" is the first there is
	To        Quantity
	// Was is what the person saw on hand; nil where nothing was tracked, or where Unseen tells that they did not look.
	Was    *Quantity
	Unseen bool
}

// Batch is edits that are carried out as one, and taken back as one.
type Batch struct {
	Edits []Edit
	// Reason makes adjustments of them; without one they are counts: what was found. What was not tracked starts with a count either way.
	Reason string
}

// EditVerdict says what an edit does.
type EditVerdict string

// The verdicts.
const (
	EditStarts  EditVerdict = "new"     // tracking begins with it
	EditChanges EditVerdict = "changed" // the level becomes another
	EditSame    EditVerdict = "same"    // it is so already
	EditStale   EditVerdict = "stale"   // it is not as the person saw it: left alone
	EditFails   EditVerdict = "error"   // it names nothing, or what cannot be
)

// PlannedEdit is an edit with what it does.
type PlannedEdit struct {
	Edit
	SKU     string
	Title   string
	Now     *Quantity // what is on hand; nil is not tracked
	Verdict EditVerdict
	Problem string // why it is left out
	Remedy  string
}

// By is by how much it changes what is on hand.
func (e PlannedEdit) By() Quantity {
	if e.Now == nil {
		return e.To
	}
	return e.To - *e.Now
}

// Does reports whether it changes anything.
func (e PlannedEdit) Does() bool { return e.Verdict == EditStarts || e.Verdict == EditChanges }
