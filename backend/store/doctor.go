package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tradepost/backend/workspace"
)

// Examine checks the whole database: every page, every reference, the read models against the orders, that every applied
// message has its payload, the kept files, how far search is, and the age of the last backup. It reads all of it and may take a while.
func (s *Store) Examine(ctx context.Context) []workspace.Check {
	return []workspace.Check{
		s.checkQuery(ctx, "pages", "Every page of the database is whole.", `SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'`,
			"pages or indexes are damaged", "Restore the newest backup."),
		s.checkQuery(ctx, "references", "Every reference leads somewhere.", `SELECT count(*) FROM pragma_foreign_key_check`,
			"references lead nowhere", "Report this with the log."),
		s.checkQuery(ctx, "names", "Every order has its name by which its channel knows it.", `SELECT count(*) FROM orders o WHERE NOT EXISTS
			(SELECT 1 FROM external_reference r WHERE r.record_id = o.id AND r.kind = 'order')`, "orders have no name", "Report this with the log."),
		s.checkQuery(ctx, "messages", "Every order from a file has its raw message.", `SELECT count(*) FROM message m WHERE m.status = 'applied'
			AND NOT EXISTS (SELECT 1 FROM payload p WHERE p.message_id = m.id)`, "messages have no raw record", "Report this with the log."),
		s.checkQuery(ctx, "counts", "The numbers on the tabs are those of the orders.", countDrift, "counts differ", "Set the time zone again in Settings: it recounts."),
		s.checkQuery(ctx, "days", "The daily totals are those of the orders.", `SELECT abs((SELECT COALESCE(sum(orders), 0) FROM order_day) - (SELECT count(*) FROM orders))`,
			"orders differ between the daily totals and the list", "Set the time zone again in Settings: it recounts."),
		s.checkQuery(ctx, "stock", "Every stock level is the sum of its movements.", stockDrift, "stock levels differ from their movements", "Make them anew: tradepost doctor --rebuild-stock."),
		s.checkFiles(ctx),
		s.checkSearch(ctx),
		s.checkBackup(),
	}
}

const countDrift = `SELECT count(*) FROM (
	SELECT channel_id, value, n FROM order_count WHERE facet = 'stage' AND n <> 0
	EXCEPT SELECT channel_id, stage, count(*) FROM orders GROUP BY channel_id, stage
	UNION ALL SELECT * FROM (SELECT channel_id, stage, count(*) FROM orders GROUP BY channel_id, stage
	EXCEPT SELECT channel_id, value, n FROM order_count WHERE facet = 'stage' AND n <> 0))`

// stockDrift counts levels that are not the sum of their entries, entries whose sum nothing shows, levels without the start of tracking
// that makes them one, and reservations that are not those of orders: neither of the level, nor of the demand they are of.
const stockDrift = `SELECT count(*) FROM (
	SELECT variant_id, location_id, on_hand, reserved, incoming FROM stock_level
	EXCEPT SELECT m.variant_id, m.location_id, sum(m.quantity), sum(m.reserved), sum(m.incoming) FROM stock_movement m
		JOIN stock_start s ON s.variant_id = m.variant_id AND s.location_id = m.location_id GROUP BY m.variant_id, m.location_id
	UNION ALL SELECT * FROM (SELECT variant_id, location_id, sum(quantity) AS q, sum(reserved) AS r, sum(incoming) AS i FROM stock_movement
		GROUP BY variant_id, location_id HAVING q <> 0 OR r <> 0 OR i <> 0
	EXCEPT SELECT variant_id, location_id, on_hand, reserved, incoming FROM stock_level)
	UNION ALL SELECT * FROM (SELECT d.variant_id, a.location_id, sum(a.reserved) AS r, 0, 0 FROM stock_allocation a JOIN stock_demand d ON d.id = a.demand_id
		GROUP BY d.variant_id, a.location_id HAVING r <> 0
	EXCEPT SELECT variant_id, location_id, reserved, 0, 0 FROM stock_level)
	UNION ALL SELECT d.id, 0, 0, 0, 0 FROM stock_demand d LEFT JOIN stock_allocation a ON a.demand_id = d.id GROUP BY d.id
		HAVING d.reserved <> COALESCE(sum(a.reserved), 0) OR d.taken <> COALESCE(sum(a.taken), 0) OR d.returned <> COALESCE(sum(a.returned), 0)
	UNION ALL SELECT d.id, 0, 0, 0, 0 FROM stock_demand d WHERE NOT EXISTS (SELECT 1 FROM order_line l WHERE l.id = d.line_id AND l.order_id = d.order_id))`

func (s *Store) checkQuery(ctx context.Context, name, fine, query, trouble, remedy string) workspace.Check {
	var n int
	if err := s.reading(ctx).QueryRow(query).Scan(&n); err != nil {
		return workspace.Check{Name: name, Words: "This could not be checked: " + err.Error() + ".", Remedy: "Restore the newest backup."}
	}
	if n > 0 {
		return workspace.Check{Name: name, Words: fmt.Sprintf("%d %s.", n, trouble), Remedy: remedy}
	}
	return workspace.Check{Name: name, OK: true, Words: fine}
}

func (s *Store) checkFiles(ctx context.Context) workspace.Check {
	check := workspace.Check{Name: "files", OK: true, Words: "Every kept file is there."}
	rows, err := s.reading(ctx).Query(`SELECT sha256 FROM file WHERE content IS NULL AND purged_at IS NULL`)
	sums, err := collect(rows, err, func(rows *sql.Rows, sum *string) error { return rows.Scan(sum) })
	if err != nil {
		return workspace.Check{Name: "files", Words: "This could not be checked: " + err.Error() + ".", Remedy: "Restore the newest backup."}
	}
	missing := 0
	for _, sum := range sums {
		if _, err := os.Stat(filepath.Join(s.filesDir(), sum)); err != nil {
			missing++
		}
	}
	if missing > 0 {
		return workspace.Check{Name: "files", Words: fmt.Sprintf("%d kept files are gone from the files folder.", missing),
			Remedy: "Bring the files folder back from your own backup; orders are not touched."}
	}
	return check
}

// checkSearch tells how far the word index is. It catches up by itself: being behind is no damage.
func (s *Store) checkSearch(ctx context.Context) workspace.Check {
	behind, err := s.SearchBehind(ctx)
	for range 40 { // what was written a moment ago is no news
		if behind == 0 || err != nil || ctx.Err() != nil {
			break
		}
		time.Sleep(feedGap / 2)
		behind, err = s.SearchBehind(ctx)
	}
	switch {
	case err != nil:
		return workspace.Check{Name: "search", Words: "This could not be checked: " + err.Error() + ".", Remedy: "Start Tradepost again: it makes the search file anew."}
	case behind > 0:
		return workspace.Check{Name: "search", OK: true, Words: fmt.Sprintf("%d changes cannot be found by their words yet; the search file is catching up.", behind)}
	}
	return workspace.Check{Name: "search", OK: true, Words: "Everything can be found by its words."}
}

func (s *Store) checkBackup() workspace.Check {
	backups, err := s.Backups()
	if err != nil || len(backups) == 0 {
		return workspace.Check{Name: "backup", OK: err == nil, Words: "There is no backup yet; one is made every day while Tradepost runs.",
			Remedy: "Back up now: Settings, Backups, or tradepost backup FILE."}
	}
	age := s.now().Sub(backups[0].MadeAt.Time())
	words := fmt.Sprintf("The last backup is %d hours old and was verified.", int(age.Hours()))
	return workspace.Check{Name: "backup", OK: age.Hours() < 72, Words: words, Remedy: "Back up now: Settings, Backups, or tradepost backup FILE."}
}
