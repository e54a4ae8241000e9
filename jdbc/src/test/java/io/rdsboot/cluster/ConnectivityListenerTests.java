package io.rdsboot.cluster;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConnectivityListener#all}.
 */
class ConnectivityListenerTests {

	private static final DatabaseInstance INSTANCE = DatabaseInstance.at(new InstanceAddress("db-1.example.com", 5432));

	private final List<String> heard = new ArrayList<>();

	@Test
	void aListenerThatThrowsKeepsNoOtherFromHearing() {
		ConnectivityListener all = ConnectivityListener.all(List.of(new Throwing(), new Recording()));
		all.connected(INSTANCE, null);
		all.unreachable(INSTANCE);
		all.failed(INSTANCE, new SQLException("down"));
		all.loginRefused(INSTANCE, 1, true);
		all.statementFailed(INSTANCE, new SQLException("lost"));
		assertThat(this.heard).containsExactly("connected", "unreachable", "failed down", "refused 1 true",
				"statement lost");
	}

	private static final class Throwing implements ConnectivityListener {

		@Override
		public void connected(DatabaseInstance instance, @Nullable ServerIdentity server) {
			throw new IllegalStateException("connected");
		}

		@Override
		public void unreachable(DatabaseInstance instance) {
			throw new IllegalStateException("unreachable");
		}

		@Override
		public void failed(DatabaseInstance instance, SQLException failure) {
			throw new IllegalStateException("failed");
		}

		@Override
		public void loginRefused(DatabaseInstance instance, int refusals, boolean recovered) {
			throw new IllegalStateException("refused");
		}

		@Override
		public void statementFailed(DatabaseInstance instance, SQLException failure) {
			throw new IllegalStateException("statement");
		}

	}

	private final class Recording implements ConnectivityListener {

		@Override
		public void connected(DatabaseInstance instance, @Nullable ServerIdentity server) {
			ConnectivityListenerTests.this.heard.add("connected");
		}

		@Override
		public void unreachable(DatabaseInstance instance) {
			ConnectivityListenerTests.this.heard.add("unreachable");
		}

		@Override
		public void failed(DatabaseInstance instance, SQLException failure) {
			ConnectivityListenerTests.this.heard.add("failed " + failure.getMessage());
		}

		@Override
		public void loginRefused(DatabaseInstance instance, int refusals, boolean recovered) {
			ConnectivityListenerTests.this.heard.add("refused %d %s".formatted(refusals, recovered));
		}

		@Override
		public void statementFailed(DatabaseInstance instance, SQLException failure) {
			ConnectivityListenerTests.this.heard.add("statement " + failure.getMessage());
		}

	}

}
