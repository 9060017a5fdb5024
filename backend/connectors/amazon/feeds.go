package amazon

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// A pending write is known by a reference of ours: what Amazon works on, and since when. A feed's begins with the word feed.
const feedWord = "feed"

// patience is how long a change that Amazon took may take to show; later something else is true.
const patience = time.Hour

func (c *client) waiting(words ...string) string {
	return strings.Join(append(words, strconv.FormatInt(int64(commerce.InstantOf(c.s.Now())), 10)), " ")
}

// pending reads a reference: the id of a feed, "" for a single change, and since when it waits.
func pending(ref string) (feed string, since commerce.Instant) {
	words := strings.Fields(ref)
	if len(words) == 0 {
		return "", 0
	}
	at, err := strconv.ParseInt(words[len(words)-1], 10, 64)
	if err != nil {
		return "", 0
	}
	if len(words) == 3 && words[0] == feedWord {
		feed = words[1]
	}
	return feed, commerce.Instant(at)
}

// document is a file in Amazon's store: where to lay one down, or where one lies.
type document struct {
	ID          string `json:"feedDocumentId"`
	URL         string `json:"url"`
	Compression string `json:"compressionAlgorithm"`
}

// The content of a feed (listings-feed-schema-v2).
type (
	feedFile struct {
		Header   feedHeader    `json:"header"`
		Messages []feedMessage `json:"messages"`
	}
	feedHeader struct {
		Seller  string `json:"sellerId"`
		Version string `json:"version"`
		Locale  string `json:"issueLocale"`
	}
	feedMessage struct {
		ID          int     `json:"messageId"`
		SKU         string  `json:"sku"`
		Operation   string  `json:"operationType"`
		ProductType string  `json:"productType"`
		Patches     []patch `json:"patches"`
	}
)

const feedContent = "application/json; charset=UTF-8"

// feed sends many changes as one: a document is laid down, and a feed made of it. Only that has an effect.
func (c *client) feed(ctx context.Context, all []submission) ([]channel.Outcome, error) {
	file := feedFile{Header: feedHeader{Seller: c.s.Option(sellerOption), Version: "2.0", Locale: "en_US"}}
	for n, one := range all {
		file.Messages = append(file.Messages, feedMessage{n + 1, one.SKU, "PATCH", one.ProductType, []patch{one.Patch}})
	}
	var place document
	_, err := c.into(ctx, request{method: http.MethodPost, path: "/feeds/2021-06-30/documents", body: map[string]any{"contentType": feedContent}, bucket: documentBucket}, &place)
	if err != nil {
		return nil, err
	}
	if err := c.upload(ctx, place.URL, quoted(file)); err != nil {
		return nil, err
	}
	var made struct {
		ID string `json:"feedId"`
	}
	_, err = c.into(ctx, request{method: http.MethodPost, path: "/feeds/2021-06-30/feeds", bucket: feedBucket, writes: true, body: map[string]any{
		"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": []string{c.place.id}, "inputFeedDocumentId": place.ID}}, &made)
	if err == nil && made.ID == "" {
		err = strange(nil, true)
	}
	if err != nil {
		return nil, err
	}
	return slices.Repeat([]channel.Outcome{{Result: channel.Awaiting, Ref: c.waiting(feedWord, made.ID)}}, len(all)), nil
}

// upload lays a document down. The address is good for a few minutes and carries its own permission: nothing of ours goes with it.
func (c *client) upload(ctx context.Context, address string, body []byte) error {
	answer, err := c.s.Do(ctx, channel.Call{Method: http.MethodPut, URL: address, Body: body, Bucket: storageBucket,
		Header: http.Header{"Content-Type": {feedContent}, "User-Agent": {agent}}})
	if err != nil {
		return err
	}
	if answer.Status == http.StatusOK && !bytes.HasPrefix(bytes.TrimSpace(answer.Body), []byte("<!DOCTYPE html")) {
		return nil
	}
	return stored(answer, c.s.Now())
}

// stored is what is wrong with an answer of the file store: a refused address has lapsed, and the next try gets a new one.
func stored(answer channel.Answer, now time.Time) error {
	if answer.Status >= http.StatusBadRequest && answer.Status < http.StatusInternalServerError && answer.Status != http.StatusTooManyRequests {
		return fault.New(fault.Unavailable, vendor+"'s file store does not take this any more.", "Tradepost tries again by itself.")
	}
	if failed := channel.Classify(answer, vendor, false, now); failed != nil && failed.Code != fault.Invalid {
		return failed
	}
	return strange(nil, false)
}

// download reads a document as it lies there, unpacked, and its type.
func (c *client) download(ctx context.Context, d document) (text []byte, kind string, err error) {
	answer, err := c.s.Do(ctx, channel.Call{Method: http.MethodGet, URL: d.URL, Bucket: storageBucket, Header: http.Header{"User-Agent": {agent}}})
	if err != nil {
		return nil, "", err
	}
	if answer.Status != http.StatusOK {
		return nil, "", stored(answer, c.s.Now())
	}
	if text = answer.Body; d.Compression == "GZIP" {
		text, err = unpacked(answer.Body)
	}
	return text, answer.Header.Get("Content-Type"), err
}

// mostUnpacked bounds what a packed document may become.
const mostUnpacked = 256 << 20

func unpacked(packed []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, strange(err, false)
	}
	text, err := io.ReadAll(io.LimitReader(reader, mostUnpacked+1))
	if err != nil || len(text) > mostUnpacked {
		return nil, strange(err, false)
	}
	return text, nil
}

// Poll asks how writes went that Amazon took: a parcel is looked for, a single change is read of its listing, a feed has a state and a result.
func (connector) Poll(ctx context.Context, s channel.Session, intents []channel.Intent, ref string) ([]channel.Outcome, error) {
	c, err := dial(s)
	if err != nil || len(intents) == 0 {
		return nil, err
	}
	if intents[0].Operation == channel.Ship {
		one, err := c.findParcel(ctx, intents[0], channel.Outcome{Result: channel.Awaiting, Ref: ref})
		return []channel.Outcome{one}, err
	}
	feed, since := pending(ref)
	refused := map[string]channel.Outcome{}
	if feed != "" {
		state, result, err := c.feedState(ctx, feed)
		if err != nil {
			return nil, err
		}
		switch state {
		case "IN_QUEUE", "IN_PROGRESS":
			return all(intents, channel.Outcome{Result: channel.Awaiting, Ref: ref}), nil
		case "CANCELLED":
			return all(intents, channel.Refuse(fault.Conflict, "Somebody cancelled this feed at "+vendor+".", "Plan the changes anew.")), nil
		}
		if refused, err = c.feedIssues(ctx, result, state, intents); err != nil {
			return nil, err
		}
	}
	live, err := c.live(ctx, intents)
	if err != nil {
		return nil, err
	}
	outcomes := make([]channel.Outcome, len(intents))
	for n, i := range intents {
		if no, is := refused[i.Target]; is {
			outcomes[n] = no
			continue
		}
		outcomes[n] = c.arrived(live, i, since, ref)
	}
	return outcomes, nil
}

func all(intents []channel.Intent, o channel.Outcome) []channel.Outcome {
	return slices.Repeat([]channel.Outcome{o}, len(intents))
}

// arrived tells by the listing itself how a change went. A value that is neither what was asked for nor what was there before came after ours: a sale,
// or a person.
func (c *client) arrived(live map[string]listing, i channel.Intent, since commerce.Instant, ref string) channel.Outcome {
	l, there := live[i.Target]
	if !there {
		return channel.Refuse(fault.NotFound, vendor+" does not have this listing any more.", "Look whether it was closed in Seller Central.")
	}
	ch := changes[i.Operation]
	now := ch.now(l, c.place.id, i)
	switch waited := c.s.Now().Sub(since.Time()); {
	case now != "" && commerce.Decimal(now).Equal(ch.wants(i)):
		return channel.Outcome{Result: channel.Applied, Value: now}
	case now != "" && i.Observed != "" && !commerce.Decimal(now).Equal(commerce.Decimal(i.Observed)):
		return channel.Outcome{Result: channel.Applied, Value: now}
	case waited > patience:
		return channel.Outcome{Result: channel.Stale, Value: now}
	}
	return channel.Outcome{Result: channel.Awaiting, Ref: ref}
}

// feedState asks how a feed stands, and where its result lies.
func (c *client) feedState(ctx context.Context, id string) (state, result string, err error) {
	var got struct {
		State  string `json:"processingStatus"`
		Result string `json:"resultFeedDocumentId"`
	}
	_, err = c.into(ctx, request{method: http.MethodGet, path: "/feeds/2021-06-30/feeds/" + url.PathEscape(id), bucket: feedStateBucket}, &got)
	if err == nil && got.State == "" {
		err = strange(nil, false)
	}
	return got.State, got.Result, err
}

// feedIssues reads the result of a feed: what of it was refused, by SKU. A feed that failed as a whole did nothing.
func (c *client) feedIssues(ctx context.Context, result, state string, intents []channel.Intent) (map[string]channel.Outcome, error) {
	refused := map[string]channel.Outcome{}
	if state == "FATAL" {
		for _, i := range intents {
			refused[i.Target] = channel.Refuse(fault.Invalid, vendor+" could not work off this feed.", "Look at it in Seller Central, then plan the changes anew.")
		}
	}
	if result == "" {
		return refused, nil
	}
	var lies document
	_, err := c.into(ctx, request{method: http.MethodGet, path: "/feeds/2021-06-30/documents/" + url.PathEscape(result), bucket: resultBucket}, &lies)
	if err != nil {
		return nil, err
	}
	text, _, err := c.download(ctx, lies)
	if err != nil {
		return nil, err
	}
	var report struct {
		Issues []struct {
			issue
			SKU string `json:"sku"`
		} `json:"issues"`
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return nil, strange(err, false)
	}
	for _, one := range report.Issues {
		if _, said := refused[one.SKU]; !said && one.Severity == "ERROR" {
			refused[one.SKU] = refusedBy([]issue{one.issue})
		}
	}
	return refused, nil
}
