package io.rdsboot.move.assess.check;

import java.sql.SQLException;

import io.rdsboot.move.assess.MoveFinding.Level;
import io.rdsboot.move.PooledAddress;
import io.rdsboot.move.Side;

/**
 * Which servers the two databases are on.
 */
final class ServerQuestions {

	private static final int OLDEST_SOURCE = 10;

	private static final String IDENTITY = "SELECT system_identifier::text FROM pg_control_system()";

	private ServerQuestions() {
	}

	static void addresses(Database source, Database target, Findings findings) throws SQLException {
		for (Database database : new Database[] { source, target }) {
			String host = database.host();
			PooledAddress pooled = PooledAddress.of(host);
			if (pooled != null) {
				findings.add(Level.BLOCKS, database.side(), host, pooled.reason(), pooled.action(), null);
			}
			if (database.isStandby()) {
				findings.add(Level.BLOCKS, database.side(), host.isEmpty() ? null : host,
						"This server is a standby. A publication and a subscription belong to the writer.",
						"Use the address of the writer.", null);
			}
		}
	}

	static void oneServer(Database source, Database target, Findings findings) throws SQLException {
		if (!source.text(IDENTITY).equals(target.text(IDENTITY))) {
			return;
		}
		boolean same = source.fact("database").equals(target.fact("database"));
		findings.add(Level.BLOCKS, Side.TARGET, null,
				same ? "Source and target are the same database '%s'.".formatted(target.fact("database"))
						: "Source and target are databases of one server, or of copies of it: '%s' and '%s'."
							.formatted(source.fact("database"), target.fact("database")),
				"Correct one of the addresses.", null);
	}

	static void versions(Database source, Database target, Findings findings) {
		int from = source.majorVersion();
		int to = target.majorVersion();
		if (from < OLDEST_SOURCE) {
			findings.add(Level.BLOCKS, Side.SOURCE, null,
					"PostgreSQL %s has no logical replication.".formatted(source.fact("name")),
					"Upgrade it to version 10 or later.", null);
		}
		if (to < from) {
			findings.add(Level.WARNS, Side.TARGET, null,
					"PostgreSQL %s is older than the source's %s: what only the newer one has does not move."
						.formatted(target.fact("name"), source.fact("name")),
					"Use a target of version %d or later.".formatted(from), null);
		}
	}

	static void encodings(Database source, Database target, Findings findings) throws SQLException {
		String query = """
				SELECT pg_encoding_to_char(encoding) AS encoding, datcollate AS collation, datctype AS ctype
				FROM pg_database WHERE datname = current_database()""";
		Database.Row from = source.rows(query).get(0);
		Database.Row to = target.rows(query).get(0);
		String encoding = to.text("encoding");
		if (!encoding.equals(from.text("encoding"))) {
			findings.add(encoding.equals("UTF8") ? Level.NOTES : Level.BLOCKS, Side.TARGET, null,
					"The encoding is %s, and the source's is %s.".formatted(encoding, from.text("encoding")),
					encoding.equals("UTF8") ? null
							: "Create the target's database with the encoding of the source, or with UTF8.",
					null);
		}
		if (!to.text("collation").equals(from.text("collation")) || !to.text("ctype").equals(from.text("ctype"))) {
			findings.add(Level.WARNS, Side.TARGET, null,
					"Texts are sorted by %s (characters: %s), and in the source by %s (%s): the order of results and what LIKE finds by an index may differ."
						.formatted(to.text("collation"), to.text("ctype"), from.text("collation"), from.text("ctype")),
					"Create the target's database with the source's locale, if that matters.", null);
		}
	}

}
