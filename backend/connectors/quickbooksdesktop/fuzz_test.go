package quickbooksdesktop

import (
	"bytes"
	"strings"
	"testing"

	"tradepost/backend/channel"
)

// FuzzAnswers reads whatever QuickBooks might answer: it never panics, and what an element says survives being kept.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		`<?xml version="1.0" ?><QBXML><QBXMLMsgsRs><ItemQueryRs requestID="1" statusCode="0" iteratorRemainingCount="3" iteratorID="{1}"><ItemInventoryRet><ListID>8-1</ListID><FullName>A:B</FullName>` +
			`<QuantityOnHand>3</QuantityOnHand></ItemInventoryRet></ItemQueryRs></QBXMLMsgsRs></QBXML>`,
		`<QBXML><QBXMLMsgsRs messageSetStatusCode="600"></QBXMLMsgsRs></QBXML>`,
		`<QBXML><QBXMLMsgsRs><InvoiceAddRs statusCode="3140" statusSeverity="Error" statusMessage="no"/></QBXMLMsgsRs></QBXML>`,
		`<QBXML><QBXMLMsgsRs><JournalEntryAddRs><JournalEntryRet><TxnID>1</TxnID><JournalDebitLine><Amount>-1.005</Amount><Memo>[x]</Memo></JournalDebitLine></JournalEntryRet></JournalEntryAddRs></QBXMLMsgsRs></QBXML>`,
		`<NotTaken>words</NotTaken>`, `<a`, ``,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, response string) {
		body, _ := answerOf(response)
		_, _ = only([]byte(response))
		n, err := parse([]byte(response))
		if err != nil {
			if body != nil {
				t.Errorf("kept what cannot be read: %q", response)
			}
			return
		}
		_ = companyOf(n)
		for _, ret := range returned(n) {
			_ = posted(ret, "invoice", "USD")
			_ = ours(ret, "x")
			item, ok := entryItem("item", ret)
			if !ok {
				continue
			}
			record, problems := Connector{}.Read(channel.Lists, item.Raw, channel.Account{})
			if len(problems) > 0 || record.Ledger.Entry.ID == "" {
				t.Errorf("%q reads as %+v, %v", item.Raw, record, problems)
			}
		}
	})
}

// FuzzCalls reads whatever comes in as a call.
func FuzzCalls(f *testing.F) {
	f.Add(envelopeStart + `<authenticate xmlns="` + namespace + `"><strUserName>a</strUserName></authenticate>` + envelopeEnd)
	f.Add(envelopeStart + envelopeEnd)
	f.Add(`<x/>`)
	f.Fuzz(func(_ *testing.T, body string) {
		_, _ = readCall(bytes.NewReader([]byte(body)))
	})
}

// FuzzTexts writes any text so that it is read back as what QuickBooks can have of it.
func FuzzTexts(f *testing.F) {
	f.Add("Zoë <&\"> \u0001 名\n")
	f.Fuzz(func(t *testing.T, text string) {
		if !strings.ContainsFunc(text, func(r rune) bool { return r > ' ' && r != '\ufffd' && r < 0xd800 }) {
			return
		}
		var b strings.Builder
		el{name: "A", kids: []el{{name: "B", text: text}}}.write(&b)
		for _, r := range b.String() {
			if r > '~' {
				t.Fatalf("%q is written as %q", text, b.String())
			}
		}
	})
}
