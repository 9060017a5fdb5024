package store

import (
	"context"
	"database/sql"

	"tradepost/backend/edi/exchange"
)

// ediLate finds what is late, sort by sort. ?1 is now, ?2 from when on documents count. Orders that were called off are owed nothing.
const ediLate = `WITH d AS (SELECT d.id, d.partner_id, d.channel_id, d.direction, d.type, d.number, d.order_number, d.ack, d.ack_at, d.at, p.wants, COALESCE(o.ship_by, 0) AS ship_by,
		d.direction = 'in' AND d.type IN ('850', 'ORDERS') AND d.status = 'taken' AND d.order_number <> '' AND COALESCE(o.stage, '') <> 'cancelled' AS asks,
		EXISTS (SELECT 1 FROM edi_delivery y WHERE y.document_id = d.id AND y.state IN ('sending', 'sent')) AS gone
		FROM edi_document d JOIN edi_partner p ON p.id = d.partner_id LEFT JOIN orders o ON o.id = d.order_id WHERE d.at > ?2 AND d.undone_at IS NULL),
	answer AS NOT MATERIALIZED (SELECT channel_id, order_number, CASE WHEN type IN ('855', 'ORDRSP') THEN 1 WHEN type IN ('856', 'DESADV') THEN 2 ELSE 3 END AS stage, at, id, type
		FROM edi_document WHERE direction = 'out' AND undone_at IS NULL AND ack <> 'rejected' AND order_number <> '' AND type IN ('855', '856', '810', 'ORDRSP', 'DESADV', 'INVOIC')),
	late AS (
		SELECT partner_id, channel_id, 'response' AS what, type, order_number AS number, at AS since, json_extract(wants, '$.response') AS hours FROM d WHERE asks
			AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.channel_id = d.channel_id AND a.order_number = d.order_number AND a.stage < 3)
		UNION ALL SELECT partner_id, channel_id, 'shipment', type, order_number, ship_by, json_extract(wants, '$.shipment') FROM d WHERE asks AND ship_by > 0
			AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.channel_id = d.channel_id AND a.order_number = d.order_number AND a.stage = 2)
		UNION ALL SELECT partner_id, channel_id, 'invoice', type, order_number,
			(SELECT max(a.at) FROM answer a WHERE a.channel_id = d.channel_id AND a.order_number = d.order_number AND a.stage = 2), json_extract(wants, '$.invoice') FROM d WHERE asks
			AND (SELECT sum(a.stage = 2) > sum(a.stage = 3) FROM answer a WHERE a.channel_id = d.channel_id AND a.order_number = d.order_number)
		UNION ALL SELECT partner_id, channel_id, 'correction', type, number, ack_at, json_extract(wants, '$.response') FROM d WHERE direction = 'out' AND ack = 'rejected'
			AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.channel_id = d.channel_id AND a.order_number = d.order_number AND a.type = d.type AND a.id > d.id)
		UNION ALL SELECT partner_id, channel_id, CASE gone WHEN 1 THEN 'acknowledgement' ELSE 'delivery' END, type, number, at, json_extract(wants, '$.ack') FROM d
			WHERE direction = 'out' AND ack = '' AND (NOT gone OR type NOT IN ('997', '999', 'TA1', 'CONTRL')))
	SELECT late.partner_id, c.name, late.what, late.type, late.number, late.since + late.hours * 3600000 AS due FROM late JOIN channel c ON c.id = late.channel_id
	WHERE late.hours > 0 AND due < ?1 ORDER BY late.partner_id, late.what, due, late.number LIMIT 10000`

// EDILate lists what is late of the last ninety days, by partner and sort, the oldest first.
func (s *Store) EDILate(ctx context.Context) ([]exchange.Late, error) {
	now := int64(s.Now())
	rows, err := s.reading(ctx).Query(ediLate, now, now-ninetyDays)
	all, err := collect(rows, err, func(rows *sql.Rows, l *exchange.Late) error {
		return rows.Scan(&l.PartnerID, &l.Partner, &l.What, &l.Type, &l.Number, &l.Due)
	})
	return all, classify("looking for late documents", err)
}
