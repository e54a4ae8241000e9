package io.rdsboot.cluster.poll;

import java.sql.SQLException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link PoolerRefusal}, with the texts that poolers have.
 */
class PoolerRefusalTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			08P01 | FATAL: server login has been failing, try again later (server_login_retry)
			08P01 | FATAL: server login has been failing, cached error: connect failed (server_login_retry)
			08P01 | FATAL: server conn crashed?
			08P01 | FATAL: query_wait_timeout
			08P01 | FATAL: client_login_timeout (server down)
			08P01 | FATAL: database removed
			08P01 | FATAL: database configuration changed
			08P01 | FATAL: admin forced disconnect
			08P01 | FATAL: pooler is shutting down
			08P01 | FATAL: server login failed: FATAL the database system is starting up
			08P01 | FATAL: the database system is shutting down
			58000 | FATAL: could not get connection from the pool - AllServersDown
			""")
	void absenceIsToldFromTheText(String state, String message) {
		SQLException failure = new SQLException(message, state);
		assertThat(PoolerRefusal.isOfAbsence(failure)).isTrue();
		assertThat(WatchFailure.isUnreachable(failure)).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			08P01 | FATAL: no such database: app
			08P01 | FATAL: no such user
			08P01 | FATAL: unsupported startup parameter: search_path
			08P01 | FATAL: password authentication failed
			08P01 | FATAL: server login failed: FATAL password authentication failed for user "app"
			08P01 | FATAL: server login failed: wrong password type
			08P01 | Expected command status BEGIN, got SET.
			58000 | could not open file
			XX000 | server conn crashed?
			""")
	void mistakesAndOthersAreNone(String state, String message) {
		assertThat(PoolerRefusal.isOfAbsence(new SQLException(message, state))).isFalse();
	}

}
