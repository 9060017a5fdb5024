package quickbooksdesktop

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/accounting"
	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// companyKey is the letter that holds what QuickBooks says of itself at the beginning of each conversation.
const companyKey = "company"

// Check tells whose company file it is, once the Web Connector called; before, it is nobody's.
func (Connector) Check(ctx context.Context, s channel.Session) (channel.Account, error) {
	answer, err := s.Do(ctx, channel.Call{Method: http.MethodGet, Key: companyKey})
	if err != nil {
		return channel.Account{}, err
	}
	if answer.Status != channel.Answered {
		return channel.Account{}, nil
	}
	n, err := parse(answer.Body)
	if err != nil {
		return channel.Account{}, fault.Wrap(err, fault.Invalid, "What QuickBooks says of itself cannot be read.", "Run the Web Connector again.")
	}
	return companyOf(n), nil
}

// rights is what may be done in a company file: its administrator allows all or nothing.
var rights = []string{string(channel.Lists), string(channel.Documents), string(channel.Post), string(channel.Unpost)}

// companyOf reads the answers to HostQuery, CompanyQuery and PreferencesQuery.
func companyOf(n node) channel.Account {
	a := channel.Account{Currency: "USD", Rights: rights} // editions without several currencies do not say it
	for _, rs := range n.answers() {
		if name := rs.get("CompanyRet", "CompanyName"); name != "" {
			a.Name = name
		}
		if code, known := currencies[rs.get("PreferencesRet", "MultiCurrencyPreferences", "HomeCurrencyRef", "FullName")]; known {
			a.Currency = code
		}
	}
	return a
}

// part is one of QuickBooks' lists.
type part struct {
	key     string
	request el
	kind    accounting.EntryKind
}

var parts = []part{
	{"lists/accounts", rq("AccountQuery", "", text("ActiveStatus", "All")), accounting.AccountEntry},
	{"lists/items", rq("ItemQuery", ` iterator="Start"`, text("MaxReturned", "100"), text("ActiveStatus", "All")), accounting.ItemEntry},
	{"lists/methods", rq("PaymentMethodQuery", "", text("ActiveStatus", "All")), accounting.MethodEntry},
}

// cursor is where the next page of the lists is: of which list and letter, and which page.
type cursor struct {
	Version int    `json:"v"`
	Part    int    `json:"part"`
	Page    int    `json:"page"`
	Letter  string `json:"letter"`
}

// Pull reads one page. What QuickBooks was not asked yet is fault.RateLimited: it comes when the Web Connector does.
func (c Connector) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	switch {
	case r.Stream == channel.Documents:
		return documents(ctx, s, r.IDs, r.Ask)
	case r.Stream == channel.Lists && r.Mode == channel.ByID: // what is not in a list as a whole is gone
		return channel.Page{Deleted: r.IDs, Done: true}, nil
	case r.Stream == channel.Lists:
		return lists(ctx, s, r)
	}
	return channel.Page{}, fault.New(fault.Invalid, vendor+" gives no "+string(r.Stream)+".", "Take them from a channel.")
}

func waits() *fault.Error {
	return fault.New(fault.RateLimited, "This waits until the Web Connector calls.", "It calls every few minutes while it runs; choose Update Selected there to have it now.")
}

// lists asks for all lists, and once all are answered gives them page by page.
func lists(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	at := cursor{Version: 1}
	if r.Cursor != nil {
		_ = json.Unmarshal(r.Cursor, &at)
	}
	var now channel.Answer
	waiting := false
	for n, p := range parts {
		answer, err := s.Do(ctx, channel.Call{Method: http.MethodPost, Key: p.key, Body: written(p.request), Page: at.Page})
		if err != nil {
			return channel.Page{}, err
		}
		waiting = waiting || answer.Status != channel.Answered
		if n == at.Part {
			now = answer
		}
	}
	if waiting {
		return channel.Page{}, waits()
	}
	if letter := now.Header.Get(channel.LetterHeader); at.Letter != "" && at.Letter != letter { // it was asked anew: from its beginning
		at = cursor{Version: 1}
		return lists(ctx, s, channel.PullRequest{Stream: r.Stream, Mode: r.Mode})
	}
	return listPage(ctx, s, at, now)
}

func listPage(ctx context.Context, s channel.Session, at cursor, now channel.Answer) (channel.Page, error) {
	page := channel.Page{}
	n, err := parse(now.Body)
	if err != nil {
		return page, fault.Wrap(err, fault.Unavailable, vendor+" answered what cannot be read.", "Tradepost asks again.")
	}
	for _, ret := range returned(n) {
		if item, ok := entryItem(parts[at.Part].kind, ret); ok {
			page.Items = append(page.Items, item)
		}
	}
	next := cursor{Version: 1, Part: at.Part, Page: at.Page + 1, Letter: now.Header.Get(channel.LetterHeader)}
	if pages, _ := strconv.Atoi(now.Header.Get(channel.PagesHeader)); next.Page >= pages {
		next = cursor{Version: 1, Part: at.Part + 1}
	}
	page.Next, _ = json.Marshal(next)
	if page.Done = next.Part >= len(parts); page.Done {
		for _, p := range parts {
			if _, err := s.Do(ctx, channel.Call{Method: http.MethodDelete, Key: p.key}); err != nil {
				return page, err
			}
		}
	}
	return page, nil
}

// entryItem is an entry of a list as it is kept, under the name of its element.
func entryItem(kind accounting.EntryKind, ret node) (channel.Item, bool) {
	id := ret.get("ListID")
	if id == "" || !strings.HasSuffix(ret.name(), "Ret") {
		return channel.Item{}, false
	}
	raw, err := json.Marshal(map[string]json.RawMessage{ret.name(): ret.asJSON()})
	return channel.Item{ID: string(kind) + ":" + id, Version: ret.get("EditSequence") + ret.get("QuantityOnHand") + ret.get("AverageCost"), Raw: raw}, err == nil
}

// documents reads documents by our names of their ids; what QuickBooks does not have any more is gone.
// ask only asks for them.
func documents(ctx context.Context, s channel.Session, ids []string, ask bool) (channel.Page, error) {
	page := channel.Page{Done: true}
	if len(ids) == 0 {
		return page, nil
	}
	sum := sha256.Sum256([]byte(strings.Join(ids, " ")))
	key := "documents/" + hex.EncodeToString(sum[:8])
	if ask {
		answer, err := s.Do(ctx, channel.Call{Method: http.MethodPost, Key: key, Body: written(queries(ids)...)})
		if err == nil && answer.Status != channel.Answered {
			return page, waits()
		}
		return page, err
	}
	found, err := look(ctx, s, key, queries(ids)...)
	if err != nil {
		return page, err
	}
	if found == nil {
		return page, waits()
	}
	there := map[string]bool{}
	for _, rs := range found.answers() {
		if code := rs.attr("statusCode"); rs.attr("statusSeverity") == "Error" && code != "500" && code != "1" {
			e := refusal(code, rs.attr("statusMessage"))
			return page, e
		}
		for _, ret := range rs.Kids {
			id := rs.attr("requestID") + ":" + ret.get("TxnID")
			there[id] = true
			raw, err := json.Marshal(map[string]any{"id": id, ret.name(): ret.plain()})
			if err != nil {
				return page, err
			}
			page.Items = append(page.Items, channel.Item{ID: id, Version: ret.get("EditSequence"), Raw: raw})
		}
	}
	for _, id := range ids {
		if !there[id] {
			page.Deleted = append(page.Deleted, id)
		}
	}
	return page, nil
}

// queries are the requests that read documents: one for each kind, named by it.
func queries(ids []string) []el {
	byKind := map[string][]el{}
	var kinds []string
	for _, id := range ids {
		kind, txn, _ := strings.Cut(id, ":")
		if byKind[kind] == nil {
			kinds = append(kinds, kind)
		}
		byKind[kind] = append(byKind[kind], text("TxnID", txn))
	}
	slices.Sort(kinds)
	var all []el
	for _, kind := range kinds {
		f := forms[kindOf(kind)]
		kids := byKind[kind]
		if f.name == "JournalEntry" || f.name == "InventoryAdjustment" {
			kids = append(kids, text("IncludeLineItems", "true"))
		}
		all = append(all, el{name: f.name + "QueryRq", attrs: ` requestID="` + kind + `"`, kids: kids})
	}
	return all
}
