package amazon

import (
	"bytes"
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/htmlindex"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// past is where the reading of past orders by reports stands: a report for each month, then the orders that are still under way one by one, as reports
// name no lines to ship. What changed since it began a search tells.
type past struct {
	At     commerce.Instant `json:"at"`              // the start of the next report
	End    commerce.Instant `json:"end,omitempty"`   // the end of the one that is being made
	Until  commerce.Instant `json:"until,omitempty"` // Amazon's clock when the first one was asked for
	Report string           `json:"report,omitempty"`
	Open   []string         `json:"open,omitempty"`
}

const (
	// reported is how much time one report is about, the most that Amazon takes.
	reported = 30 * 24 * time.Hour
	// preparing is how long to wait before a report is asked about again.
	preparing  = 30 * time.Second
	openAtOnce = 20
	pastReport = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
)

// pastPage goes one step on with past orders.
func (c *client) pastPage(ctx context.Context, at search) (channel.Page, error) {
	p := *at.Past
	at.Past = &p
	switch {
	case p.Report != "":
		return c.reportPage(ctx, at)
	case p.Until == 0 || p.At < p.Until:
		return c.askReport(ctx, at)
	case len(p.Open) > 0:
		n := min(openAtOnce, len(p.Open))
		page, err := c.ordersByID(ctx, p.Open[:n])
		if err != nil {
			return page, err
		}
		at.Past.Open, page.Done = p.Open[n:], false
		page.Next, err = written(at)
		return page, err
	}
	next, err := written(search{Version: cursorVersion, From: p.Until - milliseconds(searchedLate)})
	return channel.Page{Next: next}, err
}

// askReport asks for the report of the next month. One that reaches to the present has no end of its own.
func (c *client) askReport(ctx context.Context, at search) (channel.Page, error) {
	p := at.Past
	body := map[string]any{"reportType": pastReport, "marketplaceIds": []string{c.place.id}, "dataStartTime": stamp(p.At)}
	end := p.At + milliseconds(reported)
	open := p.Until != 0 && end >= p.Until || p.Until == 0 && end.Time().After(c.s.Now().Add(-24*time.Hour))
	if !open {
		body["dataEndTime"] = stamp(end)
	}
	var made struct {
		ID string `json:"reportId"`
	}
	answer, err := c.into(ctx, request{method: http.MethodPost, path: "/reports/2021-06-30/reports", body: body, bucket: reportBucket}, &made)
	if err == nil && made.ID == "" {
		err = strange(nil, false)
	}
	if err != nil {
		return channel.Page{}, err
	}
	if p.Until == 0 {
		if p.Until = clockOf(answer); p.Until == 0 {
			p.Until = commerce.InstantOf(c.s.Now())
		}
	}
	if p.Report, p.End = made.ID, end; open {
		p.End = p.Until
	}
	next, err := written(at)
	return channel.Page{Next: next, Wait: preparing, ServerTime: clockOf(answer)}, err
}

// reportPage asks how a report stands, and reads it once it is there. One without orders is cancelled by Amazon.
func (c *client) reportPage(ctx context.Context, at search) (channel.Page, error) {
	var got struct {
		State    string `json:"processingStatus"`
		Document string `json:"reportDocumentId"`
	}
	answer, err := c.into(ctx, request{method: http.MethodGet, path: "/reports/2021-06-30/reports/" + url.PathEscape(at.Past.Report), bucket: reportStateBucket}, &got)
	if err != nil {
		return channel.Page{}, err
	}
	page := channel.Page{ServerTime: clockOf(answer)}
	switch got.State {
	case "DONE":
		if page.Items, err = c.reportItems(ctx, got.Document, at.Past); err != nil {
			return channel.Page{}, err
		}
		at.Past.At, at.Past.Report = at.Past.End, ""
	case "CANCELLED":
		at.Past.At, at.Past.Report = at.Past.End, ""
	case "FATAL": // a search reads the rest, slower
		at = search{Version: cursorVersion, From: at.Past.At}
	default:
		page.Wait = preparing
	}
	page.Next, err = written(at)
	return page, err
}

// reportItems reads a report: what is over becomes an item, what is under way is noted to be read one by one.
func (c *client) reportItems(ctx context.Context, id string, p *past) ([]channel.Item, error) {
	var lies document
	if _, err := c.into(ctx, request{method: http.MethodGet, path: "/reports/2021-06-30/documents/" + url.PathEscape(id), bucket: reportDocumentBucket}, &lies); err != nil {
		return nil, err
	}
	text, kind, err := c.download(ctx, lies)
	if err != nil {
		return nil, err
	}
	rows, err := rowsOf(text, kind)
	if err != nil {
		return nil, err
	}
	var items []channel.Item
	for _, o := range ordersOf(rows) {
		if !over(o.Rows[0]["order-status"]) {
			p.Open = append(p.Open, o.ID)
			continue
		}
		updated, _ := time.Parse(time.RFC3339, o.Rows[0]["last-updated-date"])
		items = append(items, channel.Item{ID: o.ID, UpdatedAt: commerce.InstantOf(updated), Raw: quoted(o)})
	}
	return items, nil
}

// over tells the states of a report in which nothing is to be shipped any more.
func over(status string) bool {
	return strings.HasPrefix(status, "Shipped") || status == "Complete" || status == "Cancelled"
}

// reportedOrder is an order as a report has it: a row for each of its items.
type reportedOrder struct {
	ID   string              `json:"orderId"`
	Rows []map[string]string `json:"report"`
}

// rowsOf reads a report: a table with tabs between, in the encoding that its type states.
func rowsOf(text []byte, kind string) ([]map[string]string, error) {
	if _, parameters, err := mime.ParseMediaType(kind); err == nil && parameters["charset"] != "" {
		if encoding, err := htmlindex.Get(strings.Replace(strings.ToLower(parameters["charset"]), "cp1252", "windows-1252", 1)); err == nil {
			if plain, err := encoding.NewDecoder().Bytes(text); err == nil {
				text = plain
			}
		}
	}
	lines := strings.Split(strings.ReplaceAll(string(bytes.TrimPrefix(text, []byte("\ufeff"))), "\r", ""), "\n")
	columns := strings.Split(lines[0], "\t")
	if !slices.Contains(columns, "amazon-order-id") || !slices.Contains(columns, "order-status") {
		return nil, fault.New(fault.Invalid, vendor+"'s report of orders has none of the columns it should have.", "Choose to read past orders by searching; tell us.")
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		if line == "" {
			continue
		}
		row := map[string]string{}
		for n, cell := range strings.Split(line, "\t") {
			if n < len(columns) && cell != "" {
				row[columns[n]] = cell
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// ordersOf puts the rows of each order together, in the order in which they came.
func ordersOf(rows []map[string]string) (all []*reportedOrder) {
	known := map[string]*reportedOrder{}
	for _, row := range rows {
		id := row["amazon-order-id"]
		o := known[id]
		if o == nil {
			o = &reportedOrder{ID: id}
			known[id], all = o, append(all, o)
		}
		o.Rows = append(o.Rows, row)
	}
	return slices.DeleteFunc(all, func(o *reportedOrder) bool { return o.ID == "" })
}

// isReported tells an item of a report from one of the interface.
func isReported(raw []byte) (o reportedOrder, is bool) {
	if !bytes.Contains(raw, []byte(`"report":`)) {
		return o, false
	}
	return o, json.Unmarshal(raw, &o) == nil && len(o.Rows) > 0
}
