package quickbooksdesktop

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/xml"
	"io"
	"net/http"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// The web service that the Web Connector calls: SOAP 1.1, document/literal, one element for each operation
// (https://developer.intuit.com, Web Connector callback interface).
const namespace = "http://developer.intuit.com/"

// mostCall bounds the body of a call: an answer of QuickBooks with a page of items.
const mostCall = 64 << 20

// user is under which name the Web Connector signs in.
const user = "tradepost"

// failedName is the element that stands for an answer where QuickBooks could not even read the request.
const failedName = "NotTaken"

// notRead is the HRESULT by which QuickBooks says that it did not read the request, and so did nothing.
const notRead = "0x80040400"

// call is one operation with its parameters.
type call struct {
	name string
	args map[string]string
	box  channel.Mailbox
}

// Answer takes one call of the Web Connector.
func (Connector) Answer(w http.ResponseWriter, r *http.Request, box channel.Mailbox) {
	if r.Method != http.MethodPost {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "Tradepost answers the QuickBooks Web Connector here, for "+box.Name()+".\n")
		return
	}
	c, err := readCall(http.MaxBytesReader(w, r.Body, mostCall))
	if err != nil {
		writeFault(w, "The call cannot be read.")
		return
	}
	c.box = box
	operation := operations[c.name]
	if operation == nil {
		writeFault(w, "There is no operation "+c.name+".")
		return
	}
	results, list, err := operation(r.Context(), c)
	if err != nil {
		writeFault(w, fault.Of(err).Message)
		return
	}
	writeResult(w, c.name, results, list)
}

// operation carries a call out. list tells that its result is a list of texts.
type operation func(ctx context.Context, c call) (results []string, list bool, err error)

var operations = map[string]operation{
	"serverVersion":       constant("Tradepost"),
	"clientVersion":       constant(""), // any version will do
	"authenticate":        authenticate,
	"sendRequestXML":      sendRequest,
	"receiveResponseXML":  receiveResponse,
	"connectionError":     connectionError,
	"getLastError":        lastError,
	"closeConnection":     closeConnection,
	"getInteractiveURL":   constant(""), // nothing is asked of a person there
	"interactiveRejected": constant("done"),
	"interactiveDone":     constant("done"),
}

func constant(result string) operation {
	return func(context.Context, call) ([]string, bool, error) { return []string{result}, false, nil }
}

// authenticate begins a conversation: a ticket, and "nvu" (not a valid user), "none" (no work), or the company file to be used.
func authenticate(ctx context.Context, c call) ([]string, bool, error) {
	same := subtle.ConstantTimeCompare([]byte(c.args["strPassword"]), []byte(c.box.Secret("password"))) == 1
	if c.args["strUserName"] != user || !same || c.box.Secret("password") == "" {
		return []string{"", "nvu"}, true, nil
	}
	ticket := rand.Text()
	waiting, err := c.box.Open(ctx, ticket)
	if err != nil {
		return nil, true, err
	}
	if waiting == 0 {
		return []string{ticket, "none"}, true, c.box.Close(ctx, ticket, "")
	}
	return []string{ticket, c.box.Option("company_file")}, true, nil
}

// sendRequest gives the next request; "" is none, after which the Web Connector asks for the last error. The first call of a conversation
// says which company it is.
func sendRequest(ctx context.Context, c call) ([]string, bool, error) {
	ticket := c.args["ticket"]
	if current, err := c.box.Current(ctx, ticket); err != nil || !current {
		return []string{""}, false, err
	}
	if said := c.args["strHCPResponse"]; strings.TrimSpace(said) != "" {
		if words, err := meet(ctx, c.box, said); err != nil || words != "" {
			return []string{""}, false, errors2(err, c.box.Close(ctx, ticket, words))
		}
	}
	letter, ok, err := c.box.Next(ctx, ticket)
	if err != nil || !ok {
		return []string{""}, false, err
	}
	return []string{outgoing(letter)}, false, nil
}

func errors2(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// meet keeps what QuickBooks says of itself. Another company than the one this connection got to know is refused, in words: the books of
// one company must not go into another's.
func meet(ctx context.Context, box channel.Mailbox, said string) (words string, err error) {
	before, err := box.Noted(ctx, companyKey)
	if err != nil {
		return "", err
	}
	now, err := parse([]byte(said))
	if err != nil {
		return "", nil //nolint:nilerr // without it the currency is not known; nothing else depends on it
	}
	if old, err := parse(before); err == nil && before != nil && companyOf(old).Name != companyOf(now).Name {
		return "This connection is for the company “" + companyOf(old).Name + "”, and QuickBooks has “" + companyOf(now).Name +
			"” open. Open the right one, or name its file in the connection's settings.", nil
	}
	return "", box.Note(ctx, companyKey, []byte(said))
}

// outgoing puts a letter into the envelope. What changes something has the name of a message set, by which QuickBooks keeps its answer: after a
// break it is asked for that answer before anything else.
func outgoing(l channel.Letter) string {
	set := l.Key + "." + strconv.Itoa(l.Attempt)
	switch {
	case l.Recover:
		return messages("", `onError="stopOnError" oldMessageSetID="`+set+`"`)
	case l.Writes:
		return messages(string(l.Body), `onError="stopOnError" newMessageSetID="`+set+`"`)
	case l.More != "":
		return messages(strings.Replace(string(l.Body), `iterator="Start"`, `iterator="Continue" iteratorID="`+l.More+`"`, 1), `onError="continueOnError"`)
	}
	return messages(string(l.Body), `onError="continueOnError"`)
}

// receiveResponse takes an answer: 100 is that all is done, less that there is more, below zero that something is wrong, which ends the
// conversation.
func receiveResponse(ctx context.Context, c call) ([]string, bool, error) {
	ticket := c.args["ticket"]
	if current, err := c.box.Current(ctx, ticket); err != nil || !current {
		return []string{"-1"}, false, err
	}
	if result := c.args["hresult"]; strings.TrimSpace(result) != "" {
		return []string{"-1"}, false, failed(ctx, c, strings.TrimSpace(result))
	}
	body, more := answerOf(c.args["response"])
	left, err := c.box.Reply(ctx, ticket, body, more)
	switch {
	case err != nil:
		return []string{"-1"}, false, err
	case left == 0:
		return []string{"100"}, false, nil
	}
	return []string{strconv.Itoa(max(1, 99-left))}, false, nil
}

// failed takes an error of QuickBooks in place of an answer. Where it did not read the request nothing was done; else nobody knows.
func failed(ctx context.Context, c call, result string) error {
	words := "QuickBooks says " + result + ": " + c.args["message"]
	var body []byte
	if strings.EqualFold(result, notRead) {
		var b strings.Builder
		el{name: failedName, text: words}.write(&b)
		body = []byte(b.String())
	}
	if _, err := c.box.Reply(ctx, c.args["ticket"], body, ""); err != nil {
		return err
	}
	return c.box.Close(ctx, c.args["ticket"], words)
}

// answerOf is an answer as a letter keeps it; nil where QuickBooks has none: it cannot be read, or the message set that it was asked about is not
// known. more is by what the next page is asked for.
func answerOf(response string) (body []byte, more string) {
	n, err := parse([]byte(response))
	if err != nil || len(n.answers()) == 0 {
		return nil, ""
	}
	for _, rs := range n.answers() {
		if left, _ := strconv.Atoi(rs.attr("iteratorRemainingCount")); left > 0 {
			more = rs.attr("iteratorID")
		}
	}
	return []byte(response), more
}

func connectionError(ctx context.Context, c call) ([]string, bool, error) {
	err := c.box.Close(ctx, c.args["ticket"], "The Web Connector cannot reach QuickBooks ("+c.args["hresult"]+"): "+c.args["message"])
	return []string{"done"}, false, err
}

func lastError(ctx context.Context, c call) ([]string, bool, error) {
	words, err := c.box.LastProblem(ctx)
	if words == "" {
		words = "There is nothing to do now."
	}
	return []string{words}, false, err
}

func closeConnection(ctx context.Context, c call) ([]string, bool, error) {
	return []string{"Tradepost has what it asked for."}, false, c.box.Close(ctx, c.args["ticket"], "")
}

// readCall reads the one element in the body of an envelope.
func readCall(body io.Reader) (call, error) {
	var envelope struct {
		Body struct {
			Operation struct {
				XMLName xml.Name
				Args    []struct {
					XMLName xml.Name
					Text    string `xml:",chardata"`
				} `xml:",any"`
			} `xml:",any"`
		} `xml:"http://schemas.xmlsoap.org/soap/envelope/ Body"`
	}
	if err := xml.NewDecoder(body).Decode(&envelope); err != nil {
		return call{}, err
	}
	c := call{name: envelope.Body.Operation.XMLName.Local, args: map[string]string{}}
	for _, a := range envelope.Body.Operation.Args {
		c.args[a.XMLName.Local] = a.Text
	}
	return c, nil
}

const (
	envelopeStart = `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>`
	envelopeEnd   = `</soap:Body></soap:Envelope>`
)

func writeResult(w http.ResponseWriter, name string, results []string, list bool) {
	var b strings.Builder
	b.WriteString(envelopeStart + `<` + name + `Response xmlns="` + namespace + `"><` + name + `Result>`)
	for _, result := range results {
		if list {
			b.WriteString("<string>")
		}
		writeText(&b, result)
		if list {
			b.WriteString("</string>")
		}
	}
	b.WriteString(`</` + name + `Result></` + name + `Response>` + envelopeEnd)
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = io.WriteString(w, b.String())
}

func writeFault(w http.ResponseWriter, words string) {
	var b strings.Builder
	b.WriteString(envelopeStart + `<soap:Fault><faultcode>soap:Server</faultcode><faultstring>`)
	writeText(&b, words)
	b.WriteString(`</faultstring></soap:Fault>` + envelopeEnd)
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, b.String())
}
