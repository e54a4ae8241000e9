package io.rdsboot.move;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.test.LocalRdsMove;
import io.rdsboot.test.LocalRdsMoveDatabase;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests between two databases that are empty before each one. The servers are the same
 * for all test classes, and stop with the JVM: a test that breaks one mends it.
 */
public abstract class AbstractMoveTests {

	private static final String DROP_ALL = """
			DO $$ DECLARE statement text; BEGIN
				FOR statement IN
					SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
					WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')
					UNION ALL
					SELECT format('DROP TABLE IF EXISTS %s CASCADE', c.oid::regclass) FROM pg_class c
					WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
				LOOP EXECUTE statement; END LOOP;
			END $$""";

	protected static final LocalRdsMove move = LocalRdsMove.builder().extension("vector").start();

	protected static final MoveDatabase source = LocalMoveDatabases.source(move);

	protected static final MoveDatabase target = LocalMoveDatabases.target(move);

	/** The application's connections to the source. */
	protected static final JdbcTemplate inSource = new JdbcTemplate(move.source().applicationDataSource());

	/** The application's connections to the target. */
	protected static final JdbcTemplate inTarget = new JdbcTemplate(move.target().applicationDataSource());

	@AfterEach
	void dropAll() throws SQLException {
		assertThat(ReplicationLink.between(source, target).drop()).isEmpty();
		assertThat(ReplicationLink.between(target, source).drop()).isEmpty();
		for (LocalRdsMoveDatabase each : List.of(move.source(), move.target())) {
			LocalMoveDatabases.asAdministrator(each, DROP_ALL);
		}
	}

	protected static ConditionFactory awaiting() {
		return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
	}

}
