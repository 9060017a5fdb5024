package quickbooksdesktop

import (
	"context"
	"net/http"
	"strings"

	"tradepost/backend/accounting"
	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// Post makes documents. Each is looked for before it is asked for, as QuickBooks takes the same one twice: by its number, under which
// our mark tells ours from others'.
func (Connector) Post(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return each(intents, func(i channel.Intent) (channel.Outcome, error) { return post(ctx, s, i, true) })
}

// Unpost takes documents back.
func (Connector) Unpost(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return each(intents, func(i channel.Intent) (channel.Outcome, error) { return unpost(ctx, s, i, true) })
}

// Poll goes on with what QuickBooks was asked for.
func (Connector) Poll(ctx context.Context, s channel.Session, intents []channel.Intent, _ string) ([]channel.Outcome, error) {
	return each(intents, func(i channel.Intent) (channel.Outcome, error) { return step(ctx, s, i, true) })
}

// Find looks for the effect of an intent.
func (Connector) Find(ctx context.Context, s channel.Session, i channel.Intent) (channel.Outcome, error) {
	return step(ctx, s, i, false)
}

func step(ctx context.Context, s channel.Session, i channel.Intent, send bool) (channel.Outcome, error) {
	if i.Operation == channel.Unpost {
		return unpost(ctx, s, i, send)
	}
	return post(ctx, s, i, send)
}

func each(intents []channel.Intent, do func(channel.Intent) (channel.Outcome, error)) ([]channel.Outcome, error) {
	all := make([]channel.Outcome, len(intents))
	for n, i := range intents {
		var err error
		if all[n], err = do(i); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// post goes one step on: the letter that makes the document is looked at; without one, or where its answer got lost, the document is looked for; and only
// where it is not there the letter is written.
func post(ctx context.Context, s channel.Session, i channel.Intent, send bool) (channel.Outcome, error) {
	d, unfit := documentOf(s, i)
	if unfit != nil {
		return refused(unfit), nil
	}
	answer, err := s.Do(ctx, channel.Call{Method: http.MethodGet, Key: i.Key})
	switch {
	case err != nil:
		return channel.Outcome{}, err
	case answer.Status == channel.Answered:
		return d.made(s, answer.Body), nil
	case answer.Status == channel.Waiting:
		return channel.Outcome{Result: channel.Awaiting}, nil
	}
	found, err := look(ctx, s, i.Key+"?", d.finds()...)
	if err != nil || found == nil {
		return channel.Outcome{Result: channel.Awaiting}, err
	}
	if o, there := d.there(s, *found); there {
		return o, nil
	}
	if !send {
		return channel.Outcome{Result: channel.NotDone}, nil
	}
	return ask(ctx, s, i.Key, d.add())
}

// ask writes the letter that changes something.
func ask(ctx context.Context, s channel.Session, key string, request el) (channel.Outcome, error) {
	_, err := s.Do(ctx, channel.Call{Method: http.MethodPost, Key: key, Body: written(request), Writes: true, Retry: true})
	return channel.Outcome{Result: channel.Awaiting}, err
}

// look reads by a letter that is thrown away once it is answered, so that the next look is a new one. nil waits.
func look(ctx context.Context, s channel.Session, key string, requests ...el) (*node, error) {
	answer, err := s.Do(ctx, channel.Call{Method: http.MethodPost, Key: key, Body: written(requests...)})
	if err != nil || answer.Status != channel.Answered {
		return nil, err
	}
	n, err := parse(answer.Body)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, vendor+" answered what cannot be read.", "Tradepost asks again.")
	}
	_, err = s.Do(ctx, channel.Call{Method: http.MethodDelete, Key: key})
	return &n, err
}

// there judges what was found: ours, made by an earlier try; a record that was there before, which is used; or somebody else's document
// with the number that ours is to have.
func (d document) there(s channel.Session, found node) (channel.Outcome, bool) {
	foreign := false
	for _, rs := range found.answers() {
		for _, ret := range rs.Kids {
			if ret.name() == "CustomerRet" && d.elsewhere(s, ret) {
				return refused(fault.New(fault.Conflict, "The customer “"+ret.get("FullName")+"” of your books is in another currency than the documents for it, which are in "+string(d.Currency)+".",
					"A customer of QuickBooks has one currency: choose another name for the channel's customer in the mapping.")), true
			}
			if ret.name() == "CustomerRet" && !d.form.list {
				continue
			}
			p := posted(ret, d.form.id, homeOf(s.Account(), d.Currency))
			if ours(ret, d.Reference) {
				return channel.Outcome{Result: channel.Already, Ref: p.ID, Posted: &p}, true
			}
			if d.form.list {
				p.Known = true
				return channel.Outcome{Result: channel.Already, Ref: p.ID, Posted: &p}, true
			}
			foreign = true
		}
	}
	if foreign {
		return refused(d.taken()), true
	}
	return channel.Outcome{}, false
}

// taken says that somebody else's document has the number that this one is to have.
func (d document) taken() *fault.Error {
	remedy := "If it is the same sale, drop this one; else give the channel a prefix for its numbers in the mapping."
	if d.Kind == accounting.StockAdjustment {
		remedy = "If it says the same, drop this one; else change its number in QuickBooks, then try this again."
	}
	return fault.New(fault.Conflict, "There is a "+d.Kind.Words()+" "+d.number()+" in your books already, and it is not ours.", remedy)
}

// made reads the answer to the request that makes the document: what is there now, to the cent.
func (d document) made(s channel.Session, body []byte) channel.Outcome {
	rs, e := only(body)
	if e != nil {
		return refused(e)
	}
	for _, ret := range rs.Kids {
		p := posted(ret, d.form.id, homeOf(s.Account(), d.Currency))
		return channel.Outcome{Result: channel.Applied, Ref: p.ID, Posted: &p}
	}
	return channel.Outcome{Result: channel.Unclear}
}

// only is the one answer of a letter that changes something, or what QuickBooks has against it.
func only(body []byte) (node, *fault.Error) {
	n, err := parse(body)
	if err != nil {
		return n, fault.Wrap(err, fault.Invalid, vendor+" answered what cannot be read.", "Look into the company file whether it is there.")
	}
	if n.name() == failedName {
		return n, fault.New(fault.Invalid, vendor+" could not take the request: "+strings.TrimSpace(n.Text), "Tell us what stands here.")
	}
	all := n.answers()
	if len(all) == 0 {
		return n, fault.New(fault.Invalid, vendor+" answered nothing.", "Look into the company file whether it is there.")
	}
	if code := all[0].attr("statusCode"); code != "0" && all[0].attr("statusSeverity") == "Error" {
		return all[0], refusal(code, all[0].attr("statusMessage"))
	}
	return all[0], nil
}

// remedies say what to do about the status codes that people meet (https://developer.intuit.com, QuickBooks Desktop status codes).
var remedies = map[string]string{
	"3100": "A record of that name is there already, perhaps inactive or of another list: names are shared by customers, vendors and employees.",
	"3140": "Something that the document names is not in the company file: look at the mapping of your books, then try it again.",
	"3171": "The books are closed for that day in QuickBooks: open them there, or say in the mapping until when they are closed.",
	"3200": "It changed there meanwhile: compare the books, then try it again.",
	"3250": "It needs a feature that is off in QuickBooks: for documents in other currencies turn on multiple currencies there (Edit, Preferences), or choose no accounts in them in the mapping.",
	"3260": "The user of the Web Connector may not do this in QuickBooks: give them the right, or sign in as the administrator.",
}

func refusal(code, words string) *fault.Error {
	remedy := remedies[code]
	if remedy == "" {
		remedy = "Put it right in QuickBooks or in the mapping, then try it again."
	}
	return fault.New(fault.Invalid, "QuickBooks refuses it ("+code+"): "+words, remedy)
}

func refused(e *fault.Error) channel.Outcome {
	problem := fault.ProblemOf(e)
	return channel.Outcome{Result: channel.Refused, Problem: &problem}
}

// unpost goes one step on with taking a document back: it is looked for by its id, deleted, and a record that cannot be deleted because
// it is in use is made inactive.
func unpost(ctx context.Context, s channel.Session, i channel.Intent, send bool) (channel.Outcome, error) {
	if i.Document == nil || i.Applies == "" {
		return refused(fault.New(fault.Conflict, "It is not known where this was posted.", "Take it back in QuickBooks.")), nil
	}
	f := forms[i.Document.Kind]
	_, id, _ := strings.Cut(i.Applies, ":")
	answer, err := s.Do(ctx, channel.Call{Method: http.MethodGet, Key: i.Key})
	switch {
	case err != nil:
		return channel.Outcome{}, err
	case answer.Status == channel.Waiting:
		return channel.Outcome{Result: channel.Awaiting}, nil
	case answer.Status == channel.Answered:
		if _, e := only(answer.Body); e != nil {
			if f.list {
				return retire(ctx, s, i, f, id, send)
			}
			return refused(e), nil
		}
		return channel.Outcome{Result: channel.Applied, Ref: i.Applies}, nil
	}
	found, err := look(ctx, s, i.Key+"?", byID(f, id))
	if err != nil || found == nil {
		return channel.Outcome{Result: channel.Awaiting}, err
	}
	if len(returned(*found)) == 0 {
		return channel.Outcome{Result: channel.Already, Ref: i.Applies}, nil
	}
	if !send {
		return channel.Outcome{Result: channel.NotDone}, nil
	}
	request := rq("TxnDel", "", text("TxnDelType", f.name), text("TxnID", id))
	if f.list {
		request = rq("ListDel", "", text("ListDelType", f.name), text("ListID", id))
	}
	return ask(ctx, s, i.Key, request)
}

// byID is the request that reads one record or document.
func byID(f form, id string) el {
	if f.list {
		return rq(f.name+"Query", "", text("ListID", id))
	}
	return rq(f.name+"Query", "", text("TxnID", id))
}

func returned(n node) []node {
	var all []node
	for _, rs := range n.answers() {
		all = append(all, rs.Kids...)
	}
	return all
}

// retire makes a record inactive that cannot be deleted.
func retire(ctx context.Context, s channel.Session, i channel.Intent, f form, id string, send bool) (channel.Outcome, error) {
	key := i.Key + "!"
	answer, err := s.Do(ctx, channel.Call{Method: http.MethodGet, Key: key})
	switch {
	case err != nil:
		return channel.Outcome{}, err
	case answer.Status == channel.Waiting:
		return channel.Outcome{Result: channel.Awaiting}, nil
	case answer.Status == channel.Answered:
		if _, e := only(answer.Body); e != nil {
			return refused(e), nil
		}
		return channel.Outcome{Result: channel.Applied, Ref: i.Applies}, nil
	}
	found, err := look(ctx, s, key+"?", byID(f, id))
	if err != nil || found == nil {
		return channel.Outcome{Result: channel.Awaiting}, err
	}
	there := returned(*found)
	if len(there) == 0 || there[0].get("IsActive") == "false" {
		return channel.Outcome{Result: channel.Already, Ref: i.Applies}, nil
	}
	if !send {
		return channel.Outcome{Result: channel.NotDone}, nil
	}
	return ask(ctx, s, key, rq(f.name+"Mod", "", group(f.name+"Mod", text("ListID", id), text("EditSequence", there[0].get("EditSequence")), text("IsActive", "false"))))
}

// kindOf is the kind of document of a ledger id's beginning.
func kindOf(id string) accounting.Kind {
	for kind, f := range forms {
		if f.id == id && kind != accounting.Refund && kind != accounting.Correction {
			return kind
		}
	}
	return ""
}
