package woocommerce

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
)

// trackingMeta is where Shipment Tracking and Advanced Shipment Tracking both keep an order's tracking numbers.
const trackingMeta = "_wc_shipment_tracking_items"

// trackedJSON is one tracking number as those plug-ins, and AfterShip, keep it.
type trackedJSON struct {
	ID        text              `json:"tracking_id"`
	Number    text              `json:"tracking_number"`
	Provider  text              `json:"tracking_provider"`
	Custom    text              `json:"custom_tracking_provider"`
	Formatted text              `json:"formatted_tracking_provider"`
	Slug      text              `json:"slug"`
	Link      text              `json:"custom_tracking_link"`
	ASTLink   text              `json:"ast_tracking_link"`
	Shipped   text              `json:"date_shipped"` // seconds since 1970, or a date
	Products  list[shippedJSON] `json:"products_list"`
	LineItems list[shippedJSON] `json:"line_items"`
}

type shippedJSON struct {
	Item     text `json:"item_id"`
	ID       text `json:"id"`
	Quantity text `json:"qty"`
	Amount   text `json:"quantity"`
}

// single are plug-ins that keep one tracking number in values of its own.
var single = []struct{ number, carrier, link string }{
	{"_aftership_tracking_number", "_aftership_tracking_provider_name", ""},
	{"_wot_tracking_number", "_wot_tracking_carrier", ""},
	{"ywot_tracking_code", "ywot_carrier_name", ""},
	{"_tracking_number", "_tracking_provider", "_tracking_url"},
}

// shipments reads what plug-ins keep of tracking; WooCommerce itself has no shipments.
func (r *reader) shipments() (all []channel.Shipment) {
	for _, key := range []string{trackingMeta, "_aftership_tracking_items"} {
		for _, t := range tracked(r.in.Meta, key) {
			all = append(all, r.shipment(t))
		}
	}
	if len(all) > 0 {
		return all
	}
	for _, s := range single {
		if n := r.in.Meta.words(s.number); n != "" {
			return []channel.Shipment{{ExternalID: n, Tracking: n, Carrier: r.in.Meta.words(s.carrier), URL: link(text(r.in.Meta.words(s.link)))}}
		}
	}
	return nil
}

// tracked reads the tracking numbers of a meta; what cannot be read is none.
func tracked(m metas, key string) (all []trackedJSON) {
	var items list[trackedJSON]
	if raw := m.find(key); raw == nil || json.Unmarshal(raw, &items) != nil {
		return nil
	}
	for _, t := range items {
		if t.Number.trimmed() != "" {
			all = append(all, t)
		}
	}
	return all
}

func (r *reader) shipment(t trackedJSON) channel.Shipment {
	out := channel.Shipment{ExternalID: t.ID.trimmed(), Tracking: t.Number.trimmed(), ShippedAt: shippedAt(t.Shipped, r.zone)}
	if out.ExternalID == "" {
		out.ExternalID = out.Tracking
	}
	for _, carrier := range []text{t.Formatted, t.Custom, t.Provider, t.Slug} {
		if out.Carrier == "" {
			out.Carrier = plainWords(string(carrier))
		}
	}
	if out.URL = link(t.Link); out.URL == "" {
		out.URL = link(t.ASTLink)
	}
	for _, p := range append(t.Products, t.LineItems...) {
		line := channel.ShippedLine{LineID: p.Item.trimmed(), Quantity: decimal(p.Quantity)}
		if line.LineID == "" {
			line.LineID = p.ID.trimmed()
		}
		if line.Quantity == "" {
			line.Quantity = decimal(p.Amount)
		}
		if line.LineID != "" && line.Quantity.Sign() > 0 {
			out.Lines = append(out.Lines, line)
		}
	}
	return out
}

// shippedAt reads seconds since 1970, or a date of the shop's.
func shippedAt(t text, zone *time.Location) commerce.Instant {
	if n, err := strconv.ParseInt(t.trimmed(), 10, 64); err == nil {
		if n <= 0 || n > 1<<33 {
			return 0
		}
		return commerce.Instant(n * 1000)
	}
	at, _ := instant(t, zone)
	return at
}

// link keeps addresses of the web alone.
func link(t text) string {
	u, err := url.Parse(t.trimmed())
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	return strings.TrimSpace(u.String())
}
