package io.rdsboot.move.cutover;

import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.Side;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Sequences}, between two databases of one server.
 */
@LocalRds(readers = 0)
class SequencesTests {

	@Test
	void eachIsSetPastWhatWasDrawnAndNeverBack(LocalRdsCluster cluster) throws Exception {
		JdbcTemplate admin = new JdbcTemplate(database(cluster, "postgres"));
		admin.execute("CREATE DATABASE sequences_from");
		admin.execute("CREATE DATABASE sequences_to");
		DataSource from = database(cluster, "sequences_from");
		DataSource to = database(cluster, "sequences_to");
		JdbcTemplate jdbc = new JdbcTemplate(to);
		for (JdbcTemplate each : new JdbcTemplate[] { new JdbcTemplate(from), jdbc }) {
			each.execute("""
					CREATE SCHEMA "My shop";
					CREATE SEQUENCE plain;
					CREATE SEQUENCE "My shop"."By Hundred" INCREMENT 100;
					CREATE SEQUENCE down INCREMENT -1;
					CREATE SEQUENCE short AS smallint;
					CREATE SEQUENCE unused;
					CREATE SEQUENCE ahead""");
		}
		new JdbcTemplate(from).execute("""
				SELECT setval('plain', 7), setval('"My shop"."By Hundred"', 201), setval('down', -5),
					setval('short', 32000), setval('ahead', 7)""");
		jdbc.execute("SELECT setval('ahead', 90000)");
		try (MoveSession first = session(Side.SOURCE, from); MoveSession second = session(Side.TARGET, to)) {
			assertThat(Sequences.set(first, second)).isEqualTo(5);
			assertThat(jdbc.queryForMap("""
					SELECT (SELECT last_value FROM plain) AS plain,
						(SELECT last_value FROM "My shop"."By Hundred") AS hundred,
						(SELECT last_value FROM down) AS down, (SELECT last_value FROM short) AS short,
						nextval('unused') AS unused, (SELECT last_value FROM ahead) AS ahead"""))
				.hasToString("{plain=1007, hundred=100201, down=-1005, short=32767, unused=1, ahead=90000}");
			jdbc.execute("DROP SEQUENCE plain");
			assertThatIllegalStateException().isThrownBy(() -> Sequences.set(first, second))
				.withMessage("the side that is to open lacks the sequences [public.plain]");
		}
	}

	private static MoveSession session(Side side, DataSource dataSource) throws SQLException {
		return MoveSession.open(MoveDatabase.builder(side, dataSource)
			.address("localhost", 5432)
			.database("app")
			.login("a", "b")
			.build(), Duration.ofSeconds(10));
	}

	private static DataSource database(LocalRdsCluster cluster, String name) {
		return new DriverManagerDataSource(
				"jdbc:postgresql://%s:%d/%s".formatted(cluster.writer().host(), cluster.writer().port(), name),
				cluster.writer().adminUsername(), cluster.writer().adminPassword());
	}

}
