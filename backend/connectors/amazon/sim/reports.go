package sim

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"
)

// report is one report of all orders of a time.
type report struct {
	id, kind     string
	created      int64
	since, until int64
}

func (a *Amazon) routeReports(w http.ResponseWriter, r *http.Request, parts []string, body []byte) {
	switch what := r.Method + " " + parts[0]; {
	case what == "POST reports" && len(parts) == 1:
		a.newReport(w, body)
	case what == "GET reports" && len(parts) == 2:
		a.getReport(w, parts[1])
	case what == "GET documents" && len(parts) == 2 && a.documents[parts[1]] != nil:
		say(w, http.StatusOK, map[string]any{"reportDocumentId": parts[1], "url": at(r, parts[1]), "compressionAlgorithm": "GZIP"})
	default:
		refuse(w, http.StatusNotFound, "NotFound", "The requested resource does not exist.", "")
	}
}

func (a *Amazon) newReport(w http.ResponseWriter, body []byte) {
	var asked struct {
		Kind         string   `json:"reportType"`
		Marketplaces []string `json:"marketplaceIds"`
		Since        string   `json:"dataStartTime"`
		Until        string   `json:"dataEndTime"`
	}
	_ = json.Unmarshal(body, &asked) // what is missing is refused
	since, err := time.Parse(time.RFC3339, asked.Since)
	until := a.desk.Now()
	if asked.Until != "" {
		until, _ = time.Parse(time.RFC3339, asked.Until)
	}
	if err != nil || asked.Kind != "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL" || len(asked.Marketplaces) != 1 || until.Before(since) || until.Sub(since) > 31*24*time.Hour {
		bad(w, "Invalid input")
		return
	}
	a.papers++
	rep := &report{id: fmt.Sprint(70_000 + a.papers), kind: asked.Kind, created: a.now(), since: since.Unix(), until: until.Unix()}
	a.reports[rep.id] = rep
	say(w, http.StatusAccepted, map[string]any{"reportId": rep.id})
}

func (a *Amazon) getReport(w http.ResponseWriter, id string) {
	rep := a.reports[id]
	if rep == nil {
		refuse(w, http.StatusNotFound, "NotFound", "The report does not exist.", "")
		return
	}
	state := (&feed{created: rep.created}).state(a.now())
	answer := map[string]any{"reportId": rep.id, "reportType": rep.kind, "createdTime": iso(rep.created), "processingStatus": state}
	if state == "DONE" {
		text := a.rows(rep)
		if text == "" {
			answer["processingStatus"] = "CANCELLED" // there is nothing to report
		} else {
			answer["reportDocumentId"] = a.laidDown(rep.id, text)
		}
	}
	say(w, http.StatusOK, answer)
}

var reportColumns = []string{"amazon-order-id", "purchase-date", "last-updated-date", "order-status", "fulfillment-channel", "sales-channel", "ship-service-level",
	"product-name", "sku", "asin", "item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price", "gift-wrap-price", "item-promotion-discount",
	"ship-city", "ship-postal-code", "ship-country"}

var reportStates = map[string]string{"SHIPPED": "Shipped", "CANCELLED": "Cancelled", "PENDING": "Pending", "PARTIALLY_SHIPPED": "Partially Shipped", "UNSHIPPED": "Unshipped"}

// rows writes the orders of a report's time; "" where there are none.
func (a *Amazon) rows(rep *report) string {
	var b strings.Builder
	for _, o := range a.orders {
		if o.created < rep.since || o.created > rep.until {
			continue
		}
		by := map[bool]string{true: "Amazon", false: "Merchant"}[o.fba]
		for _, l := range o.lines {
			cells := []string{o.id, iso(o.created), iso(o.updated), reportStates[o.status()], by, "Amazon.de", "Standard", l.title, l.sku, l.asin, reportStates[o.status()],
				fmt.Sprint(l.quantity), currency, minor(l.price), minor(l.tax), minor(l.shipping), minor(l.gift), minor(l.discount), o.city, o.postcode, "DE"}
			b.WriteString(strings.Join(cells, "\t") + "\r\n")
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return strings.Join(reportColumns, "\t") + "\r\n" + b.String()
}

// laidDown keeps a report's text as Amazon does: packed, in the encoding of the marketplace.
func (a *Amazon) laidDown(id, text string) string {
	name := "amzn1.spdoc.1.4.eu." + id
	plain, err := charmap.Windows1252.NewEncoder().String(strings.ReplaceAll(text, "Ł", "L"))
	if err != nil {
		plain = "amazon-order-id\torder-status\r\n" // a name that the encoding does not have
	}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write([]byte(plain))
	_ = zip.Close()
	a.documents[name] = &document{content: "text/plain; charset=Cp1252", bytes: packed.Bytes(), packed: true}
	return name
}
