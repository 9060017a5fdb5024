package order

import (
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// Filter narrows a list of orders; zero values do not. Status is a comma-separated list of statuses (see Statuses).
type Filter struct {
	Channel    string           `json:"channel,omitempty"`
	Status     string           `json:"status,omitempty"`
	Search     string           `json:"search,omitempty"`
	Number     string           `json:"number,omitempty"` // exactly this number, whatever its case, dashes and leading zeros
	Tag        string           `json:"tag,omitempty"`
	Unlinked   bool             `json:"unlinked,omitempty"`
	PlacedFrom commerce.Instant `json:"placed_from,omitempty"`
	PlacedTo   commerce.Instant `json:"placed_to,omitempty"`
	NotSent    string           `json:"not_sent,omitempty"` // only orders that no export sent to this target yet
}

// Statuses lists what Filter.Status may name: stages, payment states, shipping states, and the two queues late and held.
var Statuses = []string{"to_ship", "shipped", "cancelled", "open", "late", "held",
	"pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided",
	"unfulfilled", "partial", "fulfilled", "restocked"}

// StatusList splits Filter.Status; an unknown status is a fault.Invalid.
func (f Filter) StatusList() ([]string, error) {
	if f.Status == "" {
		return nil, nil
	}
	list := strings.Split(f.Status, ",")
	for _, status := range list {
		if !slices.Contains(Statuses, status) {
			return nil, fault.New(fault.Invalid, fmt.Sprintf("%q is not a status.", status),
				"Use one of: "+strings.Join(Statuses, ", ")+".").InField("status")
		}
	}
	return list, nil
}

// Page asks for a part of a list: at most Limit rows after the cursor After ("" is the start).
type Page struct {
	After string
	Limit int
}

// Row is an order as lists show it.
type Row struct {
	ID            int64
	Version       int64
	Number        string
	Channel       string
	ChannelKind   string
	Placed        commerce.Stamp
	Buyer         string
	Items         string // "Mug blue ×2, +1"
	Total         commerce.Amount
	ComputedTotal commerce.Amount
	Currency      commerce.Currency
	Financial     Financial
	Fulfillment   Fulfillment
	Stage         Stage
	Held          bool
	ShipBy        commerce.Instant
	Tags          []string
	Unlinked      int
}

// Counts are the numbers on the tabs and chips of the order list.
type Counts struct {
	All, ToShip, Late, Held, Unlinked, Cancelled int
	Channels                                     []ChannelCount
	Tags                                         []TagCount
}

// ChannelCount is the number of orders of one channel.
type ChannelCount struct {
	Name, Kind string
	Count      int
}

// TagCount is the number of orders with one tag.
type TagCount struct {
	Tag   string
	Count int
}
