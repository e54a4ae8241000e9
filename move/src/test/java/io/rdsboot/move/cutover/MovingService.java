package io.rdsboot.move.cutover;

import java.time.Duration;

import javax.sql.DataSource;

import io.rdsboot.datasource.RdsDataSource;
import io.rdsboot.move.LocalMoveDatabases;
import io.rdsboot.move.routing.InstanceSettings;
import io.rdsboot.move.routing.MoveConnections;
import io.rdsboot.move.routing.MoveInstance;
import io.rdsboot.move.routing.WriteGate;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.RoutingDecoration;
import io.rdsboot.routing.physical.ConnectionSource;
import io.rdsboot.test.LocalRdsMove;
import io.rdsboot.test.LocalRdsMoveDatabase;
import io.rdsboot.tls.TlsMode;

/**
 * An instance of a service whose database moves.
 */
public final class MovingService implements AutoCloseable {

	private final RdsDataSource source;

	private final RdsDataSource target;

	private final MoveInstance instance;

	private final WriteGate gate;

	private final SwitchSupervisor supervisor;

	/**
	 * Create an instance that lets writes end even if the machine is slow.
	 */
	public MovingService(LocalRdsMove move, String name) {
		this(move, name, Duration.ofSeconds(5));
	}

	MovingService(LocalRdsMove move, String name, Duration drainTimeout) {
		this(move, new InstanceSettings(name, Duration.ofSeconds(3), Duration.ofMillis(500), Duration.ofMillis(20),
				drainTimeout));
	}

	MovingService(LocalRdsMove move, InstanceSettings settings) {
		this.gate = new WriteGate(settings.lease());
		this.supervisor = new SwitchSupervisor(LocalMoveDatabases.source(move), LocalMoveDatabases.target(move));
		this.source = LocalMoveDatabases.service(move.source()).build();
		ConnectionSource sourceConnections = RoutingDecoration
			.connections((ReadWriteRoutingDataSource) this.source.getTargetDataSource());
		MoveConnections[] connections = new MoveConnections[1];
		this.target = LocalMoveDatabases.service(move.target())
			.routing((routing) -> RoutingDecoration.decorate(routing, (target) -> {
				connections[0] = new MoveConnections(sourceConnections, target, this.gate, (writer) -> writer,
						Duration.ofSeconds(30));
				return connections[0];
			}))
			.build();
		this.instance = new MoveInstance(LocalMoveDatabases.source(move), LocalMoveDatabases.target(move), settings,
				this.gate, connections[0]);
		this.instance.start();
		this.supervisor.start();
	}

	public DataSource dataSource() {
		return this.target;
	}

	WriteGate gate() {
		return this.gate;
	}

	MoveInstance instance() {
		return this.instance;
	}

	@Override
	public void close() {
		this.instance.close();
		this.supervisor.close();
		this.target.close();
		this.source.close();
	}

}
