package io.rdsboot.move.control;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.rdsboot.datasource.RdsDataSource;
import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.Side;
import io.rdsboot.move.cutover.SwitchSupervisor;
import io.rdsboot.move.read.MoveKeyResolver;
import io.rdsboot.move.read.MoveReads;
import io.rdsboot.move.read.ReadShare;
import io.rdsboot.move.read.ReadSideListener;
import io.rdsboot.move.read.TargetProgress;
import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.move.routing.InstanceSettings;
import io.rdsboot.move.routing.MoveConnections;
import io.rdsboot.move.routing.MoveInstance;
import io.rdsboot.move.routing.WriteGate;
import io.rdsboot.move.shadow.ShadowListener;
import io.rdsboot.move.shadow.ShadowReads;
import io.rdsboot.move.state.MoveShares;
import io.rdsboot.move.state.MovePhase;
import io.rdsboot.move.state.MoveState;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.RoutingDecoration;
import io.rdsboot.routing.physical.ConnectionSource;
import io.rdsboot.routing.physical.ConnectionSourceDecorator;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance of the service whose database moves. It decorates the routing of the
 * target's data source, so that the application's connections lead to the side that is
 * written to, or that serves their reads; and it does in the background what is due of
 * the move. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class MoveParticipant implements ConnectionSourceDecorator, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(MoveParticipant.class);

	private static final Duration INTERVAL = Duration.ofSeconds(2);

	private static final int SHUTDOWN_SECONDS = 10;

	private final MoveDatabase source;

	private final MoveDatabase target;

	private final RdsDataSource sourceDataSource;

	private final DatabaseMove move;

	private final InstanceSettings settings;

	private final Duration holdTimeout;

	private final TargetProgress progress;

	private final WriteGate gate;

	private final MoveReads reads;

	private final ShadowReads shadow;

	private final SwitchSupervisor supervisor;

	private final Thread thread = new Thread(this::work, "rds-move-work");

	private final CountDownLatch closing = new CountDownLatch(1);

	private volatile @Nullable MoveInstance instance;

	private @Nullable String failure;

	private @Nullable String loginFailure;

	/**
	 * Create it.
	 * @param move the move
	 * @param sourceDataSource the application's connections to the source; closed by this
	 * @param keys names whom a read is for
	 * @param listener hears of the side of each read that may be shared
	 * @param shadowListener hears of what both sides answer
	 * @param settings how this instance takes part
	 * @param holdTimeout how long a write waits for a switch at most
	 */
	public MoveParticipant(DatabaseMove move, RdsDataSource sourceDataSource, MoveKeyResolver keys,
			ReadSideListener listener, ShadowListener shadowListener, InstanceSettings settings, Duration holdTimeout) {
		this.source = move.source();
		this.target = move.target();
		this.sourceDataSource = sourceDataSource;
		this.move = move;
		this.settings = settings;
		this.holdTimeout = holdTimeout;
		this.gate = new WriteGate(settings.lease());
		this.progress = TargetProgress
			.builder(this.source.dataSource(), ReplicationLink.between(this.source, this.target).slot())
			.build();
		this.reads = MoveReads.builder(this.progress, keys).listener(listener).build();
		this.shadow = ShadowReads.builder(this.source.dataSource(), this.target.dataSource(), this.progress)
			.listener(shadowListener)
			.build();
		this.supervisor = new SwitchSupervisor(this.source, this.target);
		this.thread.setDaemon(true);
	}

	/**
	 * Return where writes of this instance pass.
	 */
	public WriteGate gate() {
		return this.gate;
	}

	@Override
	public ConnectionSource apply(ConnectionSource targetConnections) {
		ReadWriteRoutingDataSource routing = (ReadWriteRoutingDataSource) Objects
			.requireNonNull(this.sourceDataSource.getTargetDataSource());
		MoveConnections connections = new MoveConnections(RoutingDecoration.connections(routing), targetConnections,
				this.gate, this::side, this.holdTimeout);
		MoveInstance started = new MoveInstance(this.source, this.target, this.settings, this.gate, connections);
		this.instance = started;
		started.start();
		this.supervisor.start();
		this.thread.start();
		return connections;
	}

	/**
	 * A target that is down must not keep the application from the source.
	 */
	@Override
	public boolean needsCluster() {
		return this.move.status().writer() != Side.SOURCE;
	}

	@Override
	public Connection observe(Connection connection) {
		return this.shadow.observe(connection);
	}

	/**
	 * Once the target is written to, it serves all reads.
	 */
	private Side side(Side writer) {
		MoveInstance known = this.instance;
		MoveState state = (known != null) ? known.state() : null;
		if (writer != Side.SOURCE || state == null || state.shares().reads() == 0) {
			return writer;
		}
		return this.reads.decide().side();
	}

	private void work() {
		try {
			while (!this.closing.await(INTERVAL.toNanos(), TimeUnit.NANOSECONDS)) {
				follow();
				MoveState state = ledState();
				if (state != null) {
					if (state.side() == Side.SOURCE) {
						advance();
					}
					updateLogin(state.side());
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void follow() {
		MoveInstance known = this.instance;
		MoveState state = (known != null) ? known.state() : null;
		boolean shared = state != null && state.writer() == Side.SOURCE;
		MoveShares shares = (state != null && shared) ? state.shares() : MoveShares.NONE;
		if (this.shadow.share().buckets() != shares.shadowReads()) {
			this.shadow.share(ReadShare.ofPercent(BigDecimal.valueOf(shares.shadowReads(), 2)));
			logger.info("Reads of {} of all connections are asked of both sides", this.shadow.share());
		}
		if (this.reads.share().buckets() != shares.reads()) {
			this.reads.share(ReadShare.ofPercent(BigDecimal.valueOf(shares.reads(), 2)));
			logger.info("Reads of {} of all keys are served by the side that follows", this.reads.share());
		}
	}

	/**
	 * One instance of all looks after the copy and the login that it is replicated with.
	 * @return the state, if this is the one
	 */
	private @Nullable MoveState ledState() {
		MoveInstance known = this.instance;
		MoveState state = (known != null) ? known.state() : null;
		return (state != null && state.phase() == MovePhase.OPEN && this.settings.instance().equals(state.leader()))
				? state : null;
	}

	private void updateLogin(Side writer) {
		try {
			this.move.updateLogin(writer);
			this.loginFailure = null;
		}
		catch (SQLException | RuntimeException ex) {
			if (!String.valueOf(ex.getMessage()).equals(this.loginFailure)) {
				this.loginFailure = String.valueOf(ex.getMessage());
				logger.warn("The {} cannot be told how to log in on the other side of the move: {}", writer.other(),
						this.loginFailure);
			}
		}
	}

	private void advance() {
		try {
			this.move.advance();
			this.failure = null;
		}
		catch (SQLException | RuntimeException ex) {
			if (!String.valueOf(ex.getMessage()).equals(this.failure)) {
				this.failure = String.valueOf(ex.getMessage());
				logger.warn("The copy of the move does not go on: {}", this.failure);
			}
		}
	}

	@Override
	public void close() {
		this.closing.countDown();
		this.thread.interrupt();
		MoveInstance known = this.instance;
		if (known != null) {
			known.close();
		}
		this.shadow.close();
		this.supervisor.close();
		this.progress.close();
		this.sourceDataSource.close();
		try {
			this.thread.join(TimeUnit.SECONDS.toMillis(SHUTDOWN_SECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
