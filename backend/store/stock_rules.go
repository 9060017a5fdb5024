package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

const stockRuleColumns = `SELECT r.scope, r.record_id, r.buffer, r.percent, r.lag_most, r.end_when, r.most, r.locations, r.master, r.last_units, r.rank, r.seq,
	CASE r.scope WHEN 'all' THEN 'every channel' WHEN 'channel' THEN (SELECT name FROM channel WHERE id = r.record_id)
		WHEN 'variant' THEN (SELECT CASE WHEN sku <> '' THEN sku ELSE title END FROM variant WHERE id = r.record_id)
		WHEN 'listing' THEN (SELECT CASE WHEN sku <> '' THEN sku ELSE title END FROM listing WHERE id = r.record_id) END,
	(SELECT c.name FROM listing g JOIN channel c ON c.id = g.channel_id WHERE r.scope = 'listing' AND g.id = r.record_id) FROM stock_rule r `

func scanStockRule(rows *sql.Rows, r *inventory.Rule) error {
	var locations string
	var name, at sql.NullString
	err := rows.Scan(&r.Scope, &r.RecordID, &r.Buffer, &r.Percent, &r.LagMost, &r.EndWhen, &r.Most, &locations, &r.Master, &r.LastUnits, &r.Rank, &r.Version, &name, &at)
	r.Name, r.Channel = name.String, at.String
	if err == nil && locations != "" {
		err = fromJSON(locations, &r.Locations)
	}
	return err
}

// StockRules lists the rules of what channels may offer: that of all first, then those of channels, variants and listings.
func (s *Store) StockRules(ctx context.Context) ([]inventory.Rule, error) {
	all, err := stockRules(s.reading(ctx))
	slices.SortStableFunc(all, func(a, b inventory.Rule) int {
		return slices.Index(inventory.Scopes, a.Scope) - slices.Index(inventory.Scopes, b.Scope)
	})
	return all, classify("reading stock rules", err)
}

func stockRules(q querier) ([]inventory.Rule, error) {
	rows, err := q.Query(stockRuleColumns + `ORDER BY r.scope, r.record_id`)
	return collect(rows, err, scanStockRule)
}

// StockRule reads the rule of something; one that is not there says nothing, under its name.
func (s *Store) StockRule(ctx context.Context, scope inventory.Scope, id int64) (inventory.Rule, error) {
	return stockRule(s.reading(ctx), scope, id)
}

func stockRule(q querier, scope inventory.Scope, id int64) (inventory.Rule, error) {
	rows, err := q.Query(stockRuleColumns+`WHERE r.scope = ? AND r.record_id = ?`, string(scope), id)
	all, err := collect(rows, err, scanStockRule)
	if err != nil || len(all) > 0 {
		return append(all, inventory.Rule{})[0], classify("reading a stock rule", err)
	}
	r := inventory.Rule{Scope: scope, RecordID: id}
	r.Name, err = ruledName(q, scope, id)
	return r, err
}

// ruledName is what a rule is of, in words; nothing of that id is a fault.NotFound.
func ruledName(q querier, scope inventory.Scope, id int64) (name string, err error) {
	query := map[inventory.Scope]string{inventory.OfChannel: `SELECT name FROM channel WHERE id = ?`,
		inventory.OfVariant: `SELECT CASE WHEN sku <> '' THEN sku ELSE title END FROM variant WHERE id = ?`,
		inventory.OfListing: `SELECT CASE WHEN sku <> '' THEN sku ELSE title END FROM listing WHERE id = ?`}[scope]
	if query == "" {
		return "every channel", nil
	}
	if err = q.QueryRow(query, id).Scan(&name); errors.Is(err, sql.ErrNoRows) {
		return "", fault.New(fault.NotFound, fmt.Sprintf("There is no %s %d.", scope, id), "Look at the list; it may be gone.")
	}
	return name, classify("reading what a rule is of", err)
}

// SaveStockRule makes a rule that of what it names, over the version that the person saw (0: there was none, -1: any). One that says
// nothing is removed.
func (s *Store) SaveStockRule(ctx context.Context, rule inventory.Rule, version int64) (saved inventory.Rule, err error) {
	if rule.Scope == inventory.OfAll {
		rule.RecordID = 0
	}
	if err := rule.Check(); err != nil {
		return saved, err
	}
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		was, err := stockRule(tx, rule.Scope, rule.RecordID)
		if err != nil {
			return err
		}
		if err := errors.Join(expect(was.Version, version), tx.knowLocations(rule)); err != nil {
			return err
		}
		if err := tx.writeStockRule(rule, was); err != nil {
			return err
		}
		saved, err = stockRule(tx, rule.Scope, rule.RecordID)
		return err
	})
	return saved, classify("saving the stock rule", err)
}

// knowLocations refuses locations that are not ours.
func (tx *Tx) knowLocations(rule inventory.Rule) error {
	for _, id := range rule.Locations {
		if n, err := tx.Number(`SELECT count(*) FROM location WHERE id = ? AND channel_id IS NULL`, id); err != nil || n == 0 {
			return errors.Join(err, fault.New(fault.Invalid, fmt.Sprintf("%d is no location of yours.", id), "See them with: tradepost locations list.").InField("locations"))
		}
	}
	return nil
}

// writeStockRule writes a rule as a run of a person's, which can be taken back.
func (tx *Tx) writeStockRule(r, was inventory.Rule) error {
	run := journal.Run{Kind: journal.RunRules, State: journal.Done, Cause: journal.ByPerson, Title: fmt.Sprintf("Stock rule of %s: %s", was.Name, r.Words()),
		Subject: fmt.Sprintf("%s %d", r.Scope, r.RecordID), FinishedAt: tx.now}
	if err := tx.InsertRun(&run); err != nil {
		return err
	}
	return tx.putStockRule(run.ID, r, was)
}

func (tx *Tx) putStockRule(runID int64, r, was inventory.Rule) error {
	tx.touch(Stock)
	locations := ""
	if r.Locations != nil {
		locations = asJSON(r.Locations)
	}
	err := tx.Exec(`DELETE FROM stock_rule WHERE scope = ? AND record_id = ?`, string(r.Scope), r.RecordID)
	if err == nil && !r.Empty() {
		err = tx.Exec(`INSERT INTO stock_rule (scope, record_id, buffer, percent, lag_most, end_when, most, locations, master, last_units, rank, seq)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, string(r.Scope), r.RecordID, string(r.Buffer), string(r.Percent), string(r.LagMost), string(r.EndWhen),
			string(r.Most), locations, string(r.Master), string(r.LastUnits), string(r.Rank), tx.seq)
	}
	if err != nil {
		return err
	}
	return tx.InsertChange(journal.Change{RecordKind: stockRuleKind, RecordID: r.RecordID, Action: journal.Changed, RunID: runID,
		Fields: changesOfFields(inventory.RuleFields, was.Values(), r.Values())})
}
