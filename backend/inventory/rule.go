package inventory

import (
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// Scope says what a rule holds for.
type Scope string

// The scopes, from the most general to the most special: what a special one says goes before what a general one says, field by field.
const (
	OfAll     Scope = "all"     // every channel
	OfChannel Scope = "channel" // what one channel is told
	OfVariant Scope = "variant" // one variant on every channel
	OfListing Scope = "listing" // one listing
)

// Scopes lists them in that order.
var Scopes = []Scope{OfAll, OfChannel, OfVariant, OfListing}

// Master says whose word on stock holds for a channel.
type Master string

// The masters. A channel that is its own master, or that an ERP tells, is never told by us; what the item list of connected books says is
// counted here, and told from here.
const (
	Here       Master = "here"
	ByChannel  Master = "channel"
	ByAccounts Master = "erp"
	ByBooks    Master = "books"
)

// Tells reports whether the channel is told its stock from here.
func (m Master) Tells() bool { return m == Here || m == ByBooks }

// Rule is what is said of how much may be offered. A field that is "" says nothing. Quantities are exact decimals of the variant's unit.
type Rule struct {
	Scope    Scope
	RecordID int64 // of the channel, variant or listing; 0 of all
	Name     string
	Channel  string // of a listing

	Buffer    commerce.Decimal // kept back
	Percent   commerce.Decimal // of what is available, kept back
	LagMost   commerce.Decimal // the most that is kept back for what sells before we know of it; 0 is none
	EndWhen   commerce.Decimal // with so much or less available nothing is offered
	Most      commerce.Decimal // the most that a listing shows, in its own packs
	Locations []int64          // the only locations of ours that count; nil says nothing, empty is all of them
	Master    Master           // of a channel
	LastUnits commerce.Decimal // with so much or less available each listing has its own share; of all or a variant
	Rank      commerce.Decimal // the lower, the sooner a channel has the last ones, among those that sell as fast
	Version   int64            // 0: there is no such rule
}

// Empty reports whether a rule says nothing.
func (r Rule) Empty() bool {
	return r.Buffer == "" && r.Percent == "" && r.LagMost == "" && r.EndWhen == "" && r.Most == "" && r.Locations == nil && r.Master == "" && r.LastUnits == "" &&
		r.Rank == ""
}

// Check refuses what no number can come of.
func (r Rule) Check() error {
	if !slices.Contains(Scopes, r.Scope) {
		return fault.New(fault.Invalid, fmt.Sprintf("“%s” is nothing that a rule can be of.", r.Scope), "Use all, channel, variant or listing.").InField("scope")
	}
	for field, value := range r.numbers() {
		exact, err := commerce.ParseDecimal(string(value))
		q, large := Parse(exact)
		if err != nil || value != "" && (large != nil || q < 0) {
			return fault.New(fault.Invalid, fmt.Sprintf("“%s” is no number of at least 0.", value), "Write digits such as 2.").InField(field)
		}
		if (field == "most" || field == "rank") && q%One != 0 {
			return fault.New(fault.Invalid, fmt.Sprintf("“%s” is no whole number.", value), "Write digits such as 2.").InField(field)
		}
		if field == "percent" && q > 100*One {
			return fault.New(fault.Invalid, fmt.Sprintf("%s %% is more than all.", value), "Write a percentage up to 100.").InField(field)
		}
	}
	return r.checkScope()
}

func (r Rule) numbers() map[string]commerce.Decimal {
	return map[string]commerce.Decimal{"buffer": r.Buffer, "percent": r.Percent, "lag_most": r.LagMost, "end_when": r.EndWhen, "most": r.Most, "last_units": r.LastUnits,
		"rank": r.Rank}
}

// checkScope refuses what means nothing for what the rule is of.
func (r Rule) checkScope() error {
	switch {
	case r.Master != "" && !slices.Contains([]Master{Here, ByChannel, ByAccounts, ByBooks}, r.Master):
		return fault.New(fault.Invalid, fmt.Sprintf("“%s” is no master of stock.", r.Master), "Use here, channel, erp or books.").InField("master")
	case r.Master != "" && r.Scope != OfChannel:
		return fault.New(fault.Invalid, "Who is the master of stock is said of a channel.", "Say it in the channel's rule.").InField("master")
	case r.Rank != "" && r.Scope != OfChannel:
		return fault.New(fault.Invalid, "A rank is said of a channel.", "Say it in the channel's rule.").InField("rank")
	case r.LastUnits != "" && r.Scope != OfAll && r.Scope != OfVariant:
		return fault.New(fault.Invalid, "The last units are shared among channels.", "Say it of all, or of one product.").InField("last_units")
	}
	return nil
}

// Words says what the rule does.
func (r Rule) Words() string {
	var all []string
	say := func(value commerce.Decimal, words string) {
		if value != "" {
			all = append(all, fmt.Sprintf(words, value.Padded(0)))
		}
	}
	say(r.Buffer, "keep %s back")
	say(r.Percent, "keep %s %% back")
	say(r.LagMost, "keep up to %s back for late news")
	say(r.EndWhen, "offer nothing from %s down")
	say(r.Most, "show at most %s")
	if r.Locations != nil {
		all = append(all, "chosen locations only")
	}
	say(r.LastUnits, "share the last %s")
	say(r.Rank, "rank %s")
	switch r.Master {
	case ByChannel:
		all = append(all, "the channel is the master of its stock")
	case ByAccounts:
		all = append(all, "the ERP is the master of its stock")
	case ByBooks:
		all = append(all, "its stock is what the books' item list says")
	case Here:
		all = append(all, "its stock is said here")
	}
	if len(all) == 0 {
		return "all that is available"
	}
	return strings.Join(all, ", ")
}

// Said is one value of a rule and which rule said it.
type Said struct {
	Value Quantity
	Of    Scope // "" where no rule says anything
}

// Terms is what holds for one listing: of each field what the most special rule says.
type Terms struct {
	Buffer    Said
	Percent   Said // millionths of a percent
	LagMost   Said
	EndWhen   Said
	Most      Said
	LastUnits Said
	Rank      Said
	Locations []int64 // empty is all
	Chosen    Scope   // which rule chose the locations
	Master    Master
}

// TermsOf lays rules over each other, whatever their order.
func TermsOf(rules ...Rule) Terms {
	t := Terms{Master: Here}
	for _, scope := range Scopes {
		for _, r := range rules {
			if r.Scope == scope {
				t.lay(r)
			}
		}
	}
	return t
}

func (t *Terms) lay(r Rule) {
	for said, value := range map[*Said]commerce.Decimal{&t.Buffer: r.Buffer, &t.Percent: r.Percent, &t.LagMost: r.LagMost, &t.EndWhen: r.EndWhen, &t.Most: r.Most,
		&t.LastUnits: r.LastUnits, &t.Rank: r.Rank} {
		if q, err := Parse(value); value != "" && err == nil {
			*said = Said{q, r.Scope}
		}
	}
	if r.Locations != nil {
		t.Locations, t.Chosen = r.Locations, r.Scope
	}
	if r.Master != "" {
		t.Master = r.Master
	}
}
