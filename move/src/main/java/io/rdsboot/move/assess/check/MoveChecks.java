package io.rdsboot.move.assess.check;

import java.util.List;

/**
 * All questions of an assessment, in the order in which they are asked.
 */
public final class MoveChecks {

	/**
	 * The questions.
	 */
	public static final List<MoveCheck> ALL = List.of(new MoveCheck("address", ServerQuestions::addresses),
			new MoveCheck("one-server", ServerQuestions::oneServer),
			new MoveCheck("version", ServerQuestions::versions), new MoveCheck("encoding", ServerQuestions::encodings),
			new MoveCheck("logical-replication", ReplicationQuestions::walLevel),
			new MoveCheck("replication-slots", ReplicationQuestions::slots),
			new MoveCheck("slot-disk", ReplicationQuestions::slotDisk),
			new MoveCheck("apply-workers", ReplicationQuestions::workers),
			new MoveCheck("privileges", ReplicationQuestions::privileges),
			new MoveCheck("open-transactions", ReplicationQuestions::openTransactions),
			new MoveCheck("foreign-sessions", ContextQuestions::foreignSessions),
			new MoveCheck("idle-source", ReplicationQuestions::idleSource),
			new MoveCheck("replica-identity", SchemaQuestions::replicaIdentity),
			new MoveCheck("unlogged-tables", SchemaQuestions::unloggedTables),
			new MoveCheck("foreign-tables", SchemaQuestions::foreignTables),
			new MoveCheck("materialized-views", SchemaQuestions::materializedViews),
			new MoveCheck("large-objects", SchemaQuestions::largeObjects),
			new MoveCheck("generated-columns", SchemaQuestions::generatedColumns),
			new MoveCheck("triggers", SchemaQuestions::triggers),
			new MoveCheck("event-triggers", SchemaQuestions::eventTriggers),
			new MoveCheck("row-security", SchemaQuestions::rowSecurity),
			new MoveCheck("sequences", SchemaQuestions::sequences),
			new MoveCheck("extensions", ContextQuestions::extensions), new MoveCheck("roles", ContextQuestions::roles),
			new MoveCheck("settings", ContextQuestions::settings),
			new MoveCheck("empty-target", ContextQuestions::emptyTarget),
			new MoveCheck("another-move", ContextQuestions::otherSubscriptions));

	private MoveChecks() {
	}

}
