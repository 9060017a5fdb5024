/** A product as people know it: its SKU, then what it is called; where it has no SKU, by its title alone. */
export function ProductName({ sku, title, href }: { sku: string | null; title: string; href?: string }) {
  const name = <bdi className="mono">{sku || title}</bdi>;
  return (
    <>
      {href ? <a href={href}>{name}</a> : name} {sku && <bdi className="soft">{title}</bdi>}
    </>
  );
}
