package shopify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// bulk is where a first look at orders by a bulk operation stands: Shopify runs a query over all of them by itself and lays the result down as a file of
// lines, which is read piece by piece. What lies in lists inside of lists (what was sent, what was taken back) is in no such file: of the orders that have
// any it is asked for besides, by their ids.
type bulk struct {
	ID    string `json:"id,omitempty"`    // of the operation; "" is not asked for yet
	At    int64  `json:"at,omitempty"`    // how many bytes of its file were read
	Piece int64  `json:"piece,omitempty"` // how many are read at once, where an order did not fit into the usual piece
}

const (
	// bulkPause is how long to wait before an operation is asked about again.
	bulkPause = 15 * time.Second
	// bulkPiece is how much of a file is read at once, and mostPiece the most that one order may have.
	bulkPiece, mostPiece = 2 << 20, 32 << 20
)

// wantsBulk reports whether a run begins with a bulk operation: a first look at orders, where a person chose so.
func wantsBulk(s channel.Session, r channel.PullRequest) bool {
	return r.Stream == channel.Orders && r.Mode == channel.Changes && len(r.Cursor) == 0 && s.Option(pastOption) == byBulk
}

// bulkPage goes one step on with a bulk operation.
func bulkPage(ctx context.Context, s channel.Session, r channel.PullRequest, c cursor) (channel.Page, error) {
	if c.Bulk.ID == "" {
		return askBulk(ctx, s, r, c)
	}
	now, got, err := bulkNow(ctx, s, c.Bulk.ID)
	if err != nil {
		return channel.Page{}, err
	}
	switch now.Status {
	case "CREATED", "RUNNING", "CANCELING":
		return c.waiting(got)
	case "COMPLETED":
		return c.readBulk(ctx, s, now, got)
	}
	return c.withoutBulk(ctx, s, r) // it failed, was cancelled, or is gone
}

// askBulk begins a bulk operation. Where the shop runs as many as it may, it waits.
func askBulk(ctx context.Context, s channel.Session, r channel.PullRequest, c cursor) (channel.Page, error) {
	var begun struct {
		Result struct {
			Operation struct {
				ID string `json:"id"`
			} `json:"bulkOperation"`
			Problems []struct {
				Code    string `json:"code"`
				Message string `json:"message"`
			} `json:"userErrors"`
		} `json:"result"`
	}
	got, err := into(ctx, s, question{document: runBulkDocument, variables: map[string]any{"query": bulkOrders(c.query())}, cost: 10}, &begun)
	switch {
	case err != nil:
		return channel.Page{}, err
	case begun.Result.Operation.ID != "":
		c.Bulk.ID = begun.Result.Operation.ID
		c.begin(got.now)
		return c.waiting(got)
	case len(begun.Result.Problems) > 0 && begun.Result.Problems[0].Code == "OPERATION_IN_PROGRESS":
		return c.waiting(got)
	}
	s.Log().Info("a bulk operation is refused", "problems", len(begun.Result.Problems))
	return c.withoutBulk(ctx, s, r)
}

// operation is a bulk operation as it stands.
type operation struct {
	Status string `json:"status"`
	URL    string `json:"url"`
}

func bulkNow(ctx context.Context, s channel.Session, id string) (operation, reply, error) {
	var found struct {
		Node operation `json:"node"`
	}
	got, err := into(ctx, s, question{document: bulkDocument, variables: map[string]any{"id": id}, cost: 1}, &found)
	return found.Node, got, err
}

// waiting is a page without orders, as the operation is not done yet.
func (c cursor) waiting(got reply) (channel.Page, error) {
	return c.hand(channel.Page{ServerTime: got.now, Wait: bulkPause}, got.now)
}

// withoutBulk walks, from the beginning.
func (c cursor) withoutBulk(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	c.Bulk, c.ID = nil, 0
	return walk(ctx, s, r, lists[r.Stream], c)
}

// readBulk reads the next piece of the file. A shop without orders has none.
func (c cursor) readBulk(ctx context.Context, s channel.Session, now operation, got reply) (channel.Page, error) {
	page := channel.Page{ServerTime: got.now}
	if now.URL == "" {
		page.Done, c.Bulk = true, nil
		return c.hand(page, got.now)
	}
	text, last, err := c.Bulk.piece(ctx, s, now.URL)
	if err != nil {
		return channel.Page{}, err
	}
	orders, read, err := gather(text, last)
	if err != nil {
		return channel.Page{}, err
	}
	if read == 0 && !last {
		return c.larger(got)
	}
	if page.Items, err = c.whole(ctx, s, orders); err != nil {
		return channel.Page{}, err
	}
	place := *c.Bulk
	place.At, place.Piece = place.At+int64(read), 0
	if c.Bulk = &place; last {
		page.Done, c.Bulk = true, nil
	}
	return c.hand(page, got.now)
}

// larger reads a larger piece, as no order of it was whole.
func (c cursor) larger(got reply) (channel.Page, error) {
	place := *c.Bulk
	if place.Piece = 4 * place.size(); place.Piece > mostPiece {
		return channel.Page{}, strange(fmt.Errorf("an order of more than %d bytes", place.size()), false)
	}
	c.Bulk = &place
	return c.hand(channel.Page{ServerTime: got.now}, got.now)
}

func (b bulk) size() int64 {
	if b.Piece > 0 {
		return b.Piece
	}
	return bulkPiece
}

// piece reads some of the file from where the last one ended; last tells that it is its end. The address carries its own permission, so no token goes there.
func (b bulk) piece(ctx context.Context, s channel.Session, url string) (text []byte, last bool, err error) {
	end := b.At + b.size() - 1
	answer, err := s.Do(ctx, channel.Call{Method: http.MethodGet, URL: url, Header: http.Header{"Range": {fmt.Sprintf("bytes=%d-%d", b.At, end)}}})
	if err != nil {
		return nil, false, err
	}
	switch answer.Status {
	case http.StatusPartialContent:
		return answer.Body, int64(len(answer.Body)) < b.size() || b.At+int64(len(answer.Body)) == wholeSize(answer), nil
	case http.StatusOK: // all of it, whatever was asked for
		return answer.Body[min(b.At, int64(len(answer.Body))):], true, nil
	case http.StatusRequestedRangeNotSatisfiable: // the last piece ended with the file
		return nil, true, nil
	}
	if failed := channel.Classify(answer, vendor, false, s.Now()); failed != nil {
		return nil, false, fault.Wrap(failed, fault.Unavailable, "The file of a bulk operation at "+vendor+" cannot be read.", "Tradepost tries again by itself.")
	}
	return nil, false, strange(nil, false)
}

// wholeSize is the size of a file of which a piece came (RFC 9110, 14.4); -1 is not told.
func wholeSize(answer channel.Answer) int64 {
	_, size, _ := strings.Cut(answer.Header.Get("Content-Range"), "/")
	if n, err := strconv.ParseInt(size, 10, 64); err == nil {
		return n
	}
	return -1
}

// whole makes items of orders out of a file: with what was sent and taken back of those that have any, and with what is more than a first page of it.
func (c *cursor) whole(ctx context.Context, s channel.Session, orders []map[string]any) ([]channel.Item, error) {
	if err := addNested(ctx, s, orders); err != nil {
		return nil, err
	}
	items := make([]channel.Item, 0, len(orders))
	for _, one := range orders {
		raw, err := encoded(one)
		if err != nil {
			return nil, err
		}
		row, err := rowOf(raw)
		if err != nil {
			return nil, err
		}
		made, err := itemsOf(ctx, s, channel.Orders, row)
		if err != nil {
			return nil, err
		}
		items = append(items, c.take(made)...)
	}
	return items, nil
}

// nestedAtOnce is for how many orders what is nested in them is asked for at once, and nestedCost what one of them may cost.
const nestedAtOnce, nestedCost = 50, 6

// addNested asks for what was sent and taken back of orders that have any. One that is gone meanwhile keeps what the file said of it.
func addNested(ctx context.Context, s channel.Session, orders []map[string]any) error {
	var open []map[string]any
	for _, one := range orders {
		if len(listed(one["fulfillments"])) > 0 || len(listed(one["refunds"])) > 0 {
			open = append(open, one)
		}
	}
	for len(open) > 0 {
		size := min(nestedAtOnce, len(open))
		found, err := nested(ctx, s, open, &size)
		if err != nil {
			return err
		}
		for i, one := range open[:size] {
			if now, _ := found[i].(map[string]any); now != nil {
				one["fulfillments"], one["refunds"] = now["fulfillments"], now["refunds"]
			}
		}
		open = open[size:]
	}
	return nil
}

// nested asks for what is nested in the first of some orders, as many as Shopify takes at once.
func nested(ctx context.Context, s channel.Session, orders []map[string]any, size *int) ([]any, error) {
	got, err := costly(size, func() (reply, error) {
		ids := make([]any, *size)
		for i := range ids {
			ids[i] = orders[i]["id"]
		}
		return ask(ctx, s, question{document: nestedDocument, variables: map[string]any{"ids": ids}, cost: 5 + nestedCost*float64(*size)})
	})
	if err != nil {
		return nil, err
	}
	answer, err := object(got.data)
	if err != nil {
		return nil, err
	}
	found := listed(answer["nodes"])
	if len(found) != *size {
		return nil, strange(nil, false)
	}
	return found, nil
}

// bulkOrders is the query that a bulk operation runs: no variables, one list at its top, no list inside of a list without pages
// (https://shopify.dev/docs/api/usage/bulk-operations/queries, “Operation restrictions”).
func bulkOrders(query string) string {
	text, _ := json.Marshal(query) // a string always can be
	return fmt.Sprintf(bulkOrdersDocument, text)
}
