package io.rdsboot.move.assess;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import io.rdsboot.move.Side;
import io.rdsboot.move.assess.check.ApplicationQuestions;
import io.rdsboot.move.assess.check.Database;
import io.rdsboot.move.assess.check.Findings;
import io.rdsboot.move.assess.check.MoveCheck;
import io.rdsboot.move.assess.check.MoveChecks;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a database that is to move, and at the one that it is to move to: what logical
 * replication does not bring, what it needs, and what is missing for it. Changes nothing.
 * Thread-safe.
 *
 * <p>
 * Both logins should be those that will copy the data: what one may not see or do is a
 * finding.
 *
 * @see <a href="https://www.postgresql.org/docs/current/logical-replication.html">Logical
 * replication in PostgreSQL's documentation</a>
 */
public final class MoveAssessment {

	private final DataSource source;

	private final DataSource target;

	private final Duration statementTimeout;

	private final @Nullable ApplicationQuestions application;

	private MoveAssessment(Builder builder) {
		this.source = builder.source;
		this.target = builder.target;
		this.statementTimeout = builder.statementTimeout;
		this.application = builder.application;
	}

	/**
	 * Return a builder of an assessment.
	 * @param source where the database is that is to move
	 * @param target where it is to move to
	 * @return the builder
	 */
	public static Builder builder(DataSource source, DataSource target) {
		return new Builder(source, target);
	}

	/**
	 * Look at both databases, each over one connection and in a read-only transaction.
	 * @return what was found. A question that a server refuses is a finding, too
	 * @throws SQLException if one of the databases cannot be reached, or the connection
	 * to it is lost
	 */
	public MoveAssessmentReport assess() throws SQLException {
		try (Database source = Database.open(this.source, Side.SOURCE, this.statementTimeout);
				Database target = Database.open(this.target, Side.TARGET, this.statementTimeout)) {
			Findings findings = new Findings();
			for (MoveCheck check : MoveChecks.ALL) {
				findings.run(check, source, target);
			}
			if (this.application != null) {
				findings.run(this.application.check(), source, target);
			}
			List<Long> sizes = source.numbers(
					"""
							SELECT pg_database_size(current_database()),
								(SELECT count(*) FROM pg_class c WHERE %s AND c.relkind IN ('r', 'p') AND NOT c.relispartition)"""
						.formatted(Database.USERS_RELATION));
			return new MoveAssessmentReport(findings.all(), Math.toIntExact(sizes.get(1)), sizes.get(0),
					source.writtenBytesPerSecond());
		}
	}

	/**
	 * Builder of a {@link MoveAssessment}. By default a statement takes ten seconds at
	 * most.
	 */
	public static final class Builder {

		private final DataSource source;

		private final DataSource target;

		private @Nullable ApplicationQuestions application;

		private Duration statementTimeout = Duration.ofSeconds(10);

		private Builder(DataSource source, DataSource target) {
			this.source = source;
			this.target = target;
		}

		/**
		 * Set the longest time that one statement may take. A question that takes longer
		 * is a finding.
		 * @param statementTimeout the time, at least a millisecond
		 * @return this builder
		 */
		public Builder statementTimeout(Duration statementTimeout) {
			if (statementTimeout.toMillis() < 1) {
				throw new IllegalArgumentException(
						"statement timeout of an assessment must be at least 1 ms, but is " + statementTimeout);
			}
			this.statementTimeout = statementTimeout;
			return this;
		}

		/**
		 * Set the roles that the application logs in with. By default what the target
		 * lets the application do is not looked at.
		 * @param source name of the role on the source
		 * @param target name of the role on the target
		 * @param fewerAllowed whether it is meant to have fewer privileges on the target,
		 * so that those which are missing are warnings
		 * @return this builder
		 */
		public Builder applicationRoles(String source, String target, boolean fewerAllowed) {
			this.application = new ApplicationQuestions(source, target, fewerAllowed);
			return this;
		}

		/**
		 * Create the assessment.
		 * @return the assessment
		 */
		public MoveAssessment build() {
			return new MoveAssessment(this);
		}

	}

}
