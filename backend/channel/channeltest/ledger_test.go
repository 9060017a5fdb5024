package channeltest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/connectors/quickbooksdesktop"
	"tradepost/backend/connectors/quickbooksdesktop/sim"
)

// clerk is a connector of a ledger system that does one thing wrong.
type clerk struct {
	quickbooksdesktop.Connector
	wrong string
}

func (c clerk) Answer(w http.ResponseWriter, r *http.Request, box channel.Mailbox) {
	if c.wrong == "falls over what it does not know" && r.Method == http.MethodPut {
		panic(http.ErrAbortHandler)
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	c.Connector.Answer(w, r, wrongBox{box, c.wrong, bytes.Contains(body, []byte("guessed"))})
}

func (c clerk) Introduction(options map[string]string, address string, id int64) (string, []byte, error) {
	if c.wrong == "leads to nowhere" {
		address = "http://localhost/"
	}
	return c.Connector.Introduction(options, address, id)
}

func (c clerk) Post(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return c.Connector.Post(ctx, wrongSession{s, c.wrong}, intents)
}

func (c clerk) Poll(ctx context.Context, s channel.Session, intents []channel.Intent, ref string) ([]channel.Outcome, error) {
	return c.Connector.Poll(ctx, wrongSession{s, c.wrong}, intents, ref)
}

func (c clerk) Find(ctx context.Context, s channel.Session, i channel.Intent) (channel.Outcome, error) {
	return c.Connector.Find(ctx, wrongSession{s, c.wrong}, i)
}

func (c clerk) Unpost(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	if c.wrong != "says that it took back" {
		return c.Connector.Unpost(ctx, s, intents)
	}
	outcomes := make([]channel.Outcome, len(intents))
	for n := range intents {
		outcomes[n] = channel.Outcome{Result: channel.Applied}
	}
	return outcomes, nil
}

// wrongSession is what a wrong clerk writes by.
type wrongSession struct {
	channel.Session
	wrong string
}

func (s wrongSession) Do(ctx context.Context, call channel.Call) (channel.Answer, error) {
	a, err := s.Session.Do(ctx, call)
	if s.wrong == "never finds" && strings.HasSuffix(call.Key, "?") && a.Status == channel.Answered {
		a.Body = []byte("<QBXML><QBXMLMsgsRs></QBXMLMsgsRs></QBXML>")
	}
	return a, err
}

// wrongBox is what a wrong clerk answers by.
type wrongBox struct {
	channel.Mailbox
	wrong   string
	guessed bool
}

func (b wrongBox) Secret(name string) string {
	if b.guessed && b.wrong == "believes a guess" {
		return "guessed"
	}
	return b.Mailbox.Secret(name)
}

func (b wrongBox) Reply(ctx context.Context, ticket string, body []byte, more string) (int, error) {
	if b.wrong == "reads one page" {
		more = ""
	}
	return b.Mailbox.Reply(ctx, ticket, body, more)
}

// TestLedgerMutantsAreRefused shows that parts of the kit for ledger systems can fail.
func TestLedgerMutantsAreRefused(t *testing.T) {
	for wrong, part := range map[string]string{
		"falls over what it does not know": "nonsense is answered",
		"leads to nowhere":                 "the introduction",
		"believes a guess":                 "who does not know",
		"reads one page":                   "lists come in whole",
		"never finds":                      "a conversation that breaks",
		"says that it took back":           "what is taken back",
	} {
		t.Run(wrong, func(t *testing.T) {
			r := &recorder{only: part}
			runLedger(r, LedgerSuite{Connector: clerk{wrong: wrong}, Golden: "testdata/keyed.json",
				Nonsense: func(address string, _ uint64) (*http.Request, error) {
					return http.NewRequest(http.MethodPut, address, http.NoBody) //nolint:noctx // the kit sets it
				},
				Office: func(clock func() time.Time) simulated.Office { return sim.NewOffice(clock) }})
			if r.tried != 1 {
				t.Fatalf("%d parts are called %q", r.tried, part)
			}
			r.mustFail(t, part)
		})
	}
}
