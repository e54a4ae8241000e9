package io.rdsboot.move.shadow;

import java.util.List;
import java.util.function.Consumer;

import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.StatementType;
import net.ttddyy.dsproxy.listener.QueryExecutionListener;
import net.ttddyy.dsproxy.proxy.ParameterSetOperation;

/**
 * Notes each statement of an observed connection that may be a read, on the application's
 * thread. Thread-safe.
 */
final class StatementNotes implements QueryExecutionListener {

	private final Consumer<NotedStatement> notes;

	private final StatementClassifier classifier;

	private final ShadowListener listener;

	StatementNotes(Consumer<NotedStatement> notes, StatementClassifier classifier, ShadowListener listener) {
		this.notes = notes;
		this.classifier = classifier;
		this.listener = listener;
	}

	@Override
	public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {
	}

	@Override
	public void afterQuery(ExecutionInfo execution, List<QueryInfo> queries) {
		if (!execution.isSuccess() || execution.isBatch() || queries.size() != 1
				|| execution.getStatementType() == StatementType.CALLABLE
				|| execution.getMethod().getName().endsWith("Update")) {
			return;
		}
		NotedStatement noted = null;
		QueryInfo query = queries.get(0);
		try {
			if (!this.classifier.isKnownToBeSkipped(query.getQuery())) {
				boolean prepared = execution.getStatementType() == StatementType.PREPARED;
				List<ParameterSetOperation> operations = prepared ? query.getParametersList().get(0) : List.of();
				noted = NotedStatement.of(query.getQuery(), prepared, operations);
			}
		}
		catch (Exception ex) {
			// The application's statement has succeeded, whatever cannot be noted of it.
			noted = null;
		}
		if (noted != null) {
			this.notes.accept(noted);
		}
		else {
			this.listener.ended(ShadowOutcome.SKIPPED);
		}
	}

}
