// Package quickbooksdesktop connects QuickBooks Desktop through Intuit's Web Connector, a program beside QuickBooks that calls us:
// it fetches requests in qbXML by SOAP, has QuickBooks carry them out, and brings the answers
// (https://developer.intuit.com/app/developer/qbdesktop/docs/develop).
package quickbooksdesktop

import (
	"time"

	"tradepost/backend/channel"
)

// vendor is how people know the other side.
const vendor = "QuickBooks Desktop"

func init() { channel.Register(Connector{}) }

// Connector is the connector of QuickBooks Desktop.
type Connector struct{}

// Manifest describes the connector.
func (Connector) Manifest() channel.Manifest {
	return channel.Manifest{
		ID: "quickbooksdesktop", Name: vendor, Kind: channel.LedgerKind, Mailbox: true,
		Summary: "Sales, payments, refunds and summaries of all your channels into a company file of QuickBooks Desktop; its accounts, items and their stock here.",
		Guide: []string{
			"Install Intuit's Web Connector on the computer that runs QuickBooks; it comes with QuickBooks since 2009.",
			"Tradepost must run on the same computer, as the Web Connector calls plain http at localhost alone.",
			"Make up a password here; the Web Connector asks for it once.",
			"After connecting, save the .qwc file that Tradepost makes, and open it while the company file is open in QuickBooks as its administrator.",
			"Allow the access that QuickBooks asks for, even when it is not running if you want postings at night.",
			"Type the password into the Web Connector's list, tick the line, and choose Update Selected.",
		},
		Docs: "https://developer.intuit.com/app/developer/qbdesktop/docs/get-started/get-started-with-quickbooks-web-connector", API: "qbXML " + version,
		Options: []channel.Option{
			{Name: "password", Label: "Password for the Web Connector", Type: channel.SecretOption, Required: true, Help: "Made up by you; the Web Connector shows that it is allowed to call by it."},
			{Name: "port", Label: "Port", Type: channel.NumberOption, Least: 1024, Most: 65535, Default: "8765", Advanced: true, Example: "8765", Help: "At which Tradepost answers the Web Connector on this computer."},
			{Name: "company_file", Label: "Company file", Type: channel.TextOption, Advanced: true, Example: `C:\Books\company.qbw`,
				Help: "The file to be used, if not the one that is open; needed for updates while QuickBooks is closed."},
			{Name: "tax_code", Label: "Sales tax code of lines", Type: channel.TextOption, Default: "Non", Advanced: true, Example: "Non",
				Help: "Tax is posted as a line of its own, so that it agrees to the cent: lines must not be taxed by QuickBooks once more; write - where your company has no sales tax."},
		},
		Streams: []channel.StreamInfo{
			{Stream: channel.Lists, Every: 6 * time.Hour, Note: "Accounts, items with the stock of those that QuickBooks counts, and payment methods; no customers or vendors, as they are people."},
			{Stream: channel.Documents, Every: 24 * time.Hour, Note: "What Tradepost posted in the last year, as it is there now."},
		},
		Writes: []channel.Write{
			{Operation: channel.Post, Batch: most, Note: "Sales receipts, invoices, payments, credit memos, journal entries, and adjustments of stock where you want them; items and customers where they are missing. In the company's own currency, and in others that it has accounts in; orders in the rest by rates that you give."},
			{Operation: channel.Unpost, Batch: most, Note: "Deletes the transaction; an item or customer in use is made inactive."},
		},
		Terms: []string{"QuickBooks Pro, Premier or Enterprise on Windows, and its administrator once, to allow the access.",
			"The Web Connector has to run for anything to go on; it can start with Windows."},
		Cannot: []string{"Nothing tells of a change by itself: what a person does in QuickBooks shows when the books are compared.",
			"An order number longer than 11 characters is cut to its last 11."},
		Known:    "2026-11-27",
		PageSize: most,
	}
}

// most is how many documents are asked for, and posted, at once.
const most = 200
