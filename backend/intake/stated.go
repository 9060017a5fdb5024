package intake

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
)

// recordKinds names, in messages and changes, what records of a kind become.
var recordKinds = map[Kind]string{Orders: OrderKind, Products: "variant", Prices: "variant", Customers: "customer",
	StockCounts: "stock_level", Tracking: "shipment", Links: "listing", Listings: "listing", ListingLevels: "listing_level", EDI: "edi_document"}

// RecordKind is the record kind of messages and changes that records of a kind cause; "" for a kind that is not known.
func RecordKind(kind Kind) string { return recordKinds[kind] }

// Known is a record of any kind but orders as it stands.
type Known struct {
	ID      int64
	Version int64  // commit sequence of its last write
	Title   string // by which people know it; never a personal value
	// Values holds every field that can change; "" is not stated.
	Values map[string]string
	// Shown holds by field what exports show of the record that is not its own: a customer of whom only orders tell. Stating
	// it again changes nothing.
	Shown map[string]string
	// Contact is where the personal values of a customer live; the zero contact where there is none.
	Contact customer.Contact
	// At is the instant for which what came in holds, where that is not now.
	At commerce.Instant
	// Implied are changes that follow from what came in beside the fields it states: a line that was shipped, a variant
	// that belongs to another product.
	Implied []commerce.FieldChange
}

// Finder reads the records of one kind for one channel.
type Finder interface {
	// Find finds the record that s is about; nil when there is none. An *UnfitError tells that s cannot be applied.
	Find(s Stated) (*Known, error)
	// Load reads a record as it stands; nil when there is none.
	Load(id int64) (*Known, error)
	// Held says in words what else refers to a record, which is why it cannot be removed; "" when nothing does.
	Held(known *Known) (string, error)
}

// Keeper writes the records of one kind for one channel.
type Keeper interface {
	Finder
	// Insert writes the record that s states. The changes are those of records it shares (a product's title).
	Insert(runID int64, s Stated) (*Known, []commerce.FieldChange, error)
	// Set gives fields new values and brings known up to date. It fills into the changes what only writing could tell.
	Set(runID int64, known *Known, changes []commerce.FieldChange) error
	// Delete removes a record that an undo takes back; what the journal has of it stays.
	Delete(runID int64, known *Known) error
}

// Reverter is a Finder of which some values do not simply go back to what they were.
type Reverter interface {
	// Revert works out how a change of the run is taken back; a reason tells why it is left. ok is false for a value that
	// goes back like any other. A back that names no field tells that there is nothing to put back.
	Revert(runID int64, known *Known, change commerce.FieldChange) (back commerce.FieldChange, reason string, ok bool, err error)
}

// UnfitError is why a record that came in cannot be applied.
type UnfitError struct {
	Field    string // the field at fault
	Found    string
	Code     string
	Message  string // names what was found as “found”
	Expected string
	Remedy   string
}

// Error is the message for people.
func (u *UnfitError) Error() string { return u.Message }

// Problem is u as a problem of a record; its column is the field's name.
func (u *UnfitError) Problem() fault.Problem {
	return fault.Problem{Column: u.Field, Found: u.Found, Expected: u.Expected, Remedy: u.Remedy, Message: u.Message, Code: u.Code}
}

// JudgeStated decides what applying a record of any kind but orders would do. channelID 0 stands for a channel that does
// not exist yet.
func JudgeStated(look Lookup, mode Mode, channelID int64, s Stated) (Judgement, error) {
	finder := look.Finder(s.Kind, channelID)
	if finder == nil {
		return Judgement{}, fmt.Errorf("judging a record: nothing keeps records of kind %q", s.Kind)
	}
	known, err := find(finder, s)
	if unfit, ok := errors.AsType[*UnfitError](err); ok {
		return Judgement{Verdict: Error, Problems: []fault.Problem{unfit.Problem()}}, nil
	}
	if err != nil {
		return Judgement{}, fmt.Errorf("finding %s: %w", RecordKind(s.Kind), err)
	}
	if known == nil {
		return Judgement{Verdict: verdictOfNew(mode)}, nil
	}
	j := Judgement{Verdict: Skipped, Record: known}
	if mode == ModeNew {
		return j, nil
	}
	j.Changes = slices.Concat(known.Implied, differences(known, s))
	j.Verdict = Same
	if len(j.Changes) > 0 {
		j.Verdict = Changed
	}
	return j, nil
}

func find(finder Finder, s Stated) (*Known, error) {
	for _, f := range fields[s.Kind] {
		if f.Required && s.Values[f.Name] == "" {
			return nil, &UnfitError{Field: f.Name, Code: "missing", Message: Words(f.Name) + " is missing.", Expected: "a value in every row",
				Remedy: "Fill it in, or leave the row out."}
		}
	}
	return finder.Find(s)
}

// Words is a field's name for people: "option1.value" is "Option1 value".
func Words(field string) string {
	text := strings.NewReplacer("_", " ", ".", " ").Replace(field)
	for _, short := range []string{"sku", "gtin", "url"} {
		if text == short || strings.HasSuffix(text, " "+short) {
			text = strings.TrimSuffix(text, short) + strings.ToUpper(short)
		}
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// differences lists what s states otherwise than known has it. A blank changes nothing; Clear empties.
func differences(known *Known, s Stated) []commerce.FieldChange {
	var changes []commerce.FieldChange
	for _, f := range fields[s.Kind] {
		now, can := known.Values[f.Name]
		next := s.Values[f.Name]
		clears := next == "" && now != "" && slices.Contains(s.Clear, f.Name)
		if !can || next == "" && !clears || equal(f, now, next) || next != "" && equal(f, known.Shown[f.Name], next) {
			continue
		}
		changes = append(changes, commerce.FieldChange{Field: f.Name, Before: now, After: next, Personal: f.Personal})
	}
	return changes
}

// equal reports whether two spellings of a field say the same.
func equal(f Field, a, b string) bool {
	switch {
	case a == b:
		return true
	case a == "" || b == "":
		return false
	case f.Type == Decimal:
		return commerce.Decimal(a).Equal(commerce.Decimal(b))
	case f.Name == "email":
		return commerce.EmailKey(a) == commerce.EmailKey(b)
	case f.Name == "phone":
		return customer.PhoneKey(a) == customer.PhoneKey(b)
	}
	return false
}

// Label names a record for messages and plans: what it is about, and never a personal value.
func (s Stated) Label() string {
	switch s.Kind {
	case Customers:
		return s.Values["external_id"]
	case Tracking:
		return join(s.Values["order_number"], s.Values["tracking"], s.Values["line_sku"])
	case StockCounts:
		return join(or(s.Values["sku"], s.Values["gtin"]), s.Values["location"])
	case Links:
		return s.Values["listing_sku"]
	case Listings, ListingLevels:
		return or(s.Values["listing_sku"], s.Values["external_id"])
	}
	options := join(s.Values["product.handle"], s.Values["option1.value"], s.Values["option2.value"], s.Values["option3.value"])
	return or(s.Values["sku"], s.Values["gtin"], options, s.Values["title"])
}

func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " ")
}

func or(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
