package io.rdsboot.move.control;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.rdsboot.move.ApplicationPrivileges;
import io.rdsboot.move.ForeignSessions;
import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.Side;
import io.rdsboot.move.assess.MoveAssessment;
import io.rdsboot.move.assess.MoveAssessmentReport;
import io.rdsboot.move.copy.CopyProgress;
import io.rdsboot.move.copy.MoveCopy;
import io.rdsboot.move.cutover.Switchover;
import io.rdsboot.move.cutover.SwitchoverReport;
import io.rdsboot.move.cutover.SwitchoverSettings;
import io.rdsboot.move.cutover.WriteFence;
import io.rdsboot.move.replication.LinkStatus;
import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.move.schema.MoveSchema;
import io.rdsboot.move.schema.SchemaDifference;
import io.rdsboot.move.state.MovePhase;
import io.rdsboot.move.state.MoveShares;
import io.rdsboot.move.state.MoveState;
import io.rdsboot.move.state.StateTables;
import io.rdsboot.move.verify.MoveVerification;
import io.rdsboot.move.verify.MoveVerificationReport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A move of a live database: its steps, each of which is refused while what it needs is
 * not so, and can be taken back. All state is in the two databases, so that any instance
 * of the service can go on where another has stopped. Thread-safe.
 *
 * @see #builder(MoveDatabase, MoveDatabase)
 */
public final class DatabaseMove {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseMove.class);

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);

	/** Privileges that one message names at most. */
	private static final int SHOWN = 20;

	private final MoveDatabase source;

	private final MoveDatabase target;

	/**
	 * Kept, because a link learns how late it is by being looked at again.
	 */
	private final ReplicationLink toTarget;

	private final ReplicationLink toSource;

	private final MoveSchema schema;

	private final MoveCopy copy;

	private final MoveVerification verification;

	private final MoveStatusQuery query;

	private final SwitchoverSettings switchover;

	private final boolean fewerPrivileges;

	private final String instance;

	private DatabaseMove(Builder builder) {
		this.source = builder.source;
		this.target = builder.target;
		this.toTarget = ReplicationLink.between(this.source, this.target);
		this.toSource = ReplicationLink.between(this.target, this.source);
		MoveSchema.Builder schema = MoveSchema.builder(this.source, this.target);
		if (builder.migration != null) {
			schema.migration(builder.migration);
		}
		if (builder.programs != null) {
			schema.programs(builder.programs);
		}
		this.schema = schema.build();
		MoveCopy.Builder copy = MoveCopy.builder(this.source, this.target).with(List.of(StateTables.MARKER));
		if (builder.maxRetainedBytes != null) {
			copy.maxRetainedBytes(builder.maxRetainedBytes);
		}
		this.copy = copy.build();
		this.verification = MoveVerification.builder(this.source.dataSource(), this.target.dataSource())
			.slot(this.toTarget.slot())
			.build();
		this.query = new MoveStatusQuery(this.source, this.target, this.toTarget, this.toSource, this.copy, LIMIT);
		this.switchover = builder.switchover;
		this.fewerPrivileges = builder.fewerPrivileges;
		this.instance = builder.instance;
	}

	/**
	 * Begin with the two databases.
	 * @param source the database that the data comes from
	 * @param target the database that it goes to
	 */
	public static Builder builder(MoveDatabase source, MoveDatabase target) {
		return new Builder(source, target);
	}

	MoveDatabase source() {
		return this.source;
	}

	MoveDatabase target() {
		return this.target;
	}

	/**
	 * Say what stands in the way of the move. Changes nothing.
	 */
	public MoveAssessmentReport assess() throws SQLException {
		return MoveAssessment.builder(this.source.dataSource(), this.target.dataSource())
			.applicationRoles(this.source.application(), this.target.application(), this.fewerPrivileges)
			.build()
			.assess();
	}

	/**
	 * Bring the schema to the target, unless it has tables.
	 * @return what the two sides do not have alike after that
	 * @throws MoveRefusedException if the move has begun
	 */
	public List<SchemaDifference> bringSchema() throws SQLException {
		requireStage(MoveStep.SCHEMA, MoveStatus.Stage.NOT_BEGUN);
		return this.schema.bring();
	}

	/**
	 * Begin to copy all rows, or go on with a copy that has begun: the target follows
	 * once that is done. The target is closed to all other writes from now on.
	 * @throws MoveRefusedException if the target has been written to, or either database
	 * takes part in another move
	 * @throws IllegalStateException if the copy must not begin, with all reasons
	 */
	public void startCopy() throws SQLException {
		MoveStatus.Stage before = requireStage(MoveStep.COPY, MoveStatus.Stage.NOT_BEGUN,
				MoveStatus.Stage.SOURCE_WRITES);
		try (MoveSession inSource = open(this.source); MoveSession inTarget = open(this.target)) {
			begin(inSource, inTarget);
		}
		try {
			this.copy.start();
		}
		catch (IllegalStateException ex) {
			if (before == MoveStatus.Stage.NOT_BEGUN
					&& this.copy.progress().state() == CopyProgress.State.NOT_STARTED) {
				// Else the next step could not be to mend what was refused.
				drop(this.target);
				drop(this.source);
			}
			throw ex;
		}
		fence(this.source).install(false, LOCK_TIMEOUT);
		fence(this.target).install(true, LOCK_TIMEOUT);
	}

	private void begin(MoveSession inSource, MoveSession inTarget) throws SQLException {
		StateTables first = new StateTables(inSource);
		StateTables second = new StateTables(inTarget);
		MoveState known = first.exist() ? first.read() : null;
		first.create();
		second.create();
		UUID move = (known != null) ? known.move() : UUID.randomUUID();
		MoveState begun = first.begin(move, Side.SOURCE, MovePhase.OPEN);
		MoveState other = second.begin(begun.move(), Side.TARGET, MovePhase.CLOSED);
		if (!begun.move().equals(other.move()) || begun.side() != Side.SOURCE || other.side() != Side.TARGET) {
			throw new MoveRefusedException(
					"The %s or the %s takes part in another move: end that first, with 'cancel' or 'finish'"
						.formatted(this.source, this.target));
		}
	}

	/**
	 * Do what is due of the copy, such as the next index. To be called every few seconds
	 * by an instance of the service; does nothing before and after the copy.
	 */
	public void advance() throws SQLException {
		try (MoveSession session = open(this.source)) {
			StateTables tables = new StateTables(session);
			MoveState state = tables.exist() ? tables.read() : null;
			if (state == null || state.phase() != MovePhase.OPEN) {
				return;
			}
		}
		this.copy.advance();
	}

	/**
	 * Tell the side that follows how to log in on the other one now. To be called every
	 * few seconds by an instance of the service, because a password may be rotated.
	 * @param writer the side that is written to
	 */
	void updateLogin(Side writer) throws SQLException {
		// A login that is refused lets its provider look for a newer one.
		open((writer == Side.SOURCE) ? this.source : this.target).close();
		((writer == Side.SOURCE) ? this.toTarget : this.toSource).updateLogin();
	}

	/**
	 * Take the copy back: the target has no rows then, and nothing is left of the move.
	 * That is so, too, after writes were switched to the target and back: what was
	 * written there has come to the source.
	 * @return what may be left on a side that does not answer, and why: repeat the step
	 * once it does. Empty if nothing is left
	 * @throws MoveRefusedException if the target is written to
	 */
	public List<String> cancel() throws SQLException {
		requireStage(MoveStep.CANCEL, MoveStatus.Stage.NOT_BEGUN, MoveStatus.Stage.SOURCE_WRITES);
		fence(this.target).remove(LOCK_TIMEOUT);
		List<String> left = new ArrayList<>(this.toSource.drop());
		left.addAll(this.copy.cancel());
		if (left.isEmpty()) {
			fence(this.source).remove(LOCK_TIMEOUT);
			drop(this.target);
			drop(this.source);
		}
		return left;
	}

	/**
	 * Return what compares the rows of both sides while the target follows. One
	 * comparison runs at a time.
	 */
	public MoveVerification verification() {
		return this.verification;
	}

	/**
	 * Compare the rows of both sides, and wait until that is done.
	 * @throws MoveRefusedException if the source is not written to, or the target does
	 * not follow
	 */
	public MoveVerificationReport verify() throws SQLException {
		requireVerifiable();
		return this.verification.verify();
	}

	/**
	 * Make sure that both sides can be compared.
	 * @throws MoveRefusedException if the source is not written to, or the target does
	 * not follow
	 */
	public void requireVerifiable() {
		requireStage(MoveStep.VERIFY, MoveStatus.Stage.SOURCE_WRITES);
		LinkStatus status = this.toTarget.status();
		if (!status.isFollowing()) {
			throw new MoveRefusedException("The sides are not compared: the target does not follow, " + status);
		}
	}

	/**
	 * Set of how many keys the target serves the reads. Instances act by it within some
	 * seconds.
	 * @param share the share, in hundredths of a percent
	 * @throws MoveRefusedException if the target does not follow
	 */
	public void shareReads(int share) throws SQLException {
		share((before) -> new MoveShares(share, before.shadowReads()));
	}

	/**
	 * Set of how many connections the reads are asked of both sides. Instances act by it
	 * within some seconds.
	 * @param share the share, in hundredths of a percent
	 * @throws MoveRefusedException if the target does not follow
	 */
	public void shareShadowReads(int share) throws SQLException {
		share((before) -> new MoveShares(before.reads(), share));
	}

	private void share(UnaryOperator<MoveShares> change) throws SQLException {
		try (MoveSession session = open(this.source)) {
			StateTables tables = new StateTables(session);
			MoveState state = tables.exist() ? tables.read() : null;
			if (state == null || state.phase() != MovePhase.OPEN || !this.toTarget.status().isFollowing()) {
				throw new MoveRefusedException(
						"No reads are shared: the source has to be written to, and the target to follow it");
			}
			if (!tables.share(state, change.apply(state.shares()))) {
				throw new MoveRefusedException("The state of the move was changed by somebody else; try again");
			}
		}
	}

	/**
	 * Switch all writes to the target. Sessions in the source that take no part in the
	 * move are named in the log before: what they write fails from then on.
	 * @throws MoveRefusedException if the source is not written to, the copy is not
	 * complete, or the application's role lacks privileges on the target
	 * @throws io.rdsboot.move.cutover.SwitchoverException if the switch is refused, or
	 * was taken back
	 */
	public SwitchoverReport cutover() throws SQLException {
		requireStage(MoveStep.CUTOVER, MoveStatus.Stage.SOURCE_WRITES);
		CopyProgress progress = this.copy.progress();
		if (progress.state() != CopyProgress.State.DONE && progress.state() != CopyProgress.State.NOT_STARTED) {
			throw new MoveRefusedException("Writes are not switched before the copy is DONE, and it is in state %s%s"
				.formatted(progress.state(), (progress.reason() != null) ? ", " + progress.reason() : ""));
		}
		requirePrivileges(this.source, this.target);
		try (MoveSession session = open(this.source)) {
			List<String> foreign = ForeignSessions.find(session);
			if (!foreign.isEmpty()) {
				logger.warn("Take no part in the move, and cannot write once the source is closed: {}",
						String.join(", ", foreign));
			}
		}
		return new Switchover(this.source, this.target, this.switchover, this.instance).run();
	}

	/**
	 * Switch all writes back to the source.
	 * @throws MoveRefusedException if the target is not written to, or the application's
	 * role lacks privileges on the source
	 * @throws io.rdsboot.move.cutover.SwitchoverException if the switch is refused, or
	 * was taken back
	 */
	public SwitchoverReport back() throws SQLException {
		requireStage(MoveStep.BACK, MoveStatus.Stage.TARGET_WRITES);
		requirePrivileges(this.target, this.source);
		return new Switchover(this.target, this.source, this.switchover, this.instance).run();
	}

	/**
	 * The service would fail at once on the other side, or show rows that it must not.
	 */
	private void requirePrivileges(MoveDatabase from, MoveDatabase to) throws SQLException {
		List<ApplicationPrivileges.Privilege> missing = ApplicationPrivileges.needed(from, to, this.fewerPrivileges,
				LIMIT);
		if (!missing.isEmpty()) {
			String more = (missing.size() > SHOWN)
					? "; and %d more, which 'assess' shows".formatted(missing.size() - SHOWN) : "";
			throw new MoveRefusedException(
					"Writes are not switched to the %s: role '%s' of the application does not have there what role '%s' has on the %s. Missing, with the statement that gives it: %s%s"
						.formatted(to.side(), to.application(), from.application(), from.side(),
								missing.stream()
									.limit(SHOWN)
									.map(ApplicationPrivileges.Privilege::toString)
									.collect(Collectors.joining("; ")),
								more));
		}
	}

	/**
	 * End the move: replication ends, and there is no way back any more. The source stays
	 * closed to writes for good, so that nobody writes there by mistake, and both keep
	 * one row that says so until it is dropped with their schema {@code rds_move}.
	 * @return what may be left on a side that does not answer, and why: repeat the step
	 * once it does. Empty if nothing is left
	 * @throws MoveRefusedException if the source is written to
	 */
	public List<String> finish() throws SQLException {
		requireStage(MoveStep.FINISH, MoveStatus.Stage.TARGET_WRITES, MoveStatus.Stage.FINISHED);
		List<String> left = new ArrayList<>(this.toSource.drop());
		left.addAll(this.toTarget.drop());
		if (left.isEmpty()) {
			this.copy.forget();
			end(this.source);
			end(this.target);
			fence(this.target).remove(LOCK_TIMEOUT);
		}
		return left;
	}

	private void end(MoveDatabase database) throws SQLException {
		try (MoveSession session = open(database)) {
			new StateTables(session).finish();
		}
	}

	private void drop(MoveDatabase database) throws SQLException {
		try (MoveSession session = open(database)) {
			new StateTables(session).drop();
		}
	}

	/**
	 * Return how far the move is. Changes nothing. A side that does not answer is a
	 * problem in the status, and no error.
	 */
	public MoveStatus status() {
		return this.query.status();
	}

	private MoveStatus.Stage requireStage(MoveStep step, MoveStatus.Stage... stages) {
		MoveStatus status = status();
		if (!List.of(stages).contains(status.stage())) {
			throw new MoveRefusedException(
					"Step '%s' is not taken in stage %s, but in %s%s".formatted(step, status.stage(), List.of(stages),
							status.problems().isEmpty() ? "" : ": " + String.join("; ", status.problems())));
		}
		return status.stage();
	}

	private static WriteFence fence(MoveDatabase database) {
		return new WriteFence(database, LIMIT);
	}

	private static MoveSession open(MoveDatabase database) throws SQLException {
		return MoveSession.open(database, LIMIT);
	}

	/**
	 * Builder of a {@link DatabaseMove}. Not thread-safe.
	 */
	public static final class Builder {

		private final MoveDatabase source;

		private final MoveDatabase target;

		private @Nullable Callable<?> migration;

		private @Nullable Path programs;

		private boolean fewerPrivileges;

		private @Nullable Long maxRetainedBytes;

		private SwitchoverSettings switchover = SwitchoverSettings.DEFAULTS;

		private String instance = UUID.randomUUID().toString();

		private Builder(MoveDatabase source, MoveDatabase target) {
			this.source = source;
			this.target = target;
		}

		/**
		 * Let the application's migrations make the schema, in place of {@code pg_dump}.
		 * @param migration migrates the target
		 */
		public Builder migration(Callable<?> migration) {
			this.migration = migration;
			return this;
		}

		/**
		 * Set the directory of the {@code pg_dump} and {@code psql} that bring the
		 * schema. By default they are looked for on the path and where packages put them.
		 * @param directory the directory
		 */
		public Builder programs(Path directory) {
			this.programs = directory;
			return this;
		}

		/**
		 * Let writes be switched to a side on which the application's role has fewer
		 * privileges than on the other one. Which rows it sees must be the same
		 * nevertheless.
		 * @param allowed whether that is meant, {@code false} by default
		 */
		public Builder fewerPrivileges(boolean allowed) {
			this.fewerPrivileges = allowed;
			return this;
		}

		/**
		 * Set how much log the source may keep for the target.
		 * @param bytes the bound; beyond it the copy is stopped
		 */
		public Builder maxRetainedBytes(long bytes) {
			this.maxRetainedBytes = bytes;
			return this;
		}

		/**
		 * Set the limits of switches.
		 */
		public Builder switchover(SwitchoverSettings settings) {
			this.switchover = settings;
			return this;
		}

		/**
		 * Set what identifies this process where it switches.
		 */
		public Builder instance(String instance) {
			this.instance = instance;
			return this;
		}

		/**
		 * Build the move.
		 */
		public DatabaseMove build() {
			return new DatabaseMove(this);
		}

	}

}
