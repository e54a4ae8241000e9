package io.rdsboot.autoconfigure.vector;

import io.rdsboot.vector.schema.VectorSchemaException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Shows why a vector table or the extension vector is not as it is needed, and what mends
 * it.
 */
class VectorSchemaFailureAnalyzer extends AbstractFailureAnalyzer<VectorSchemaException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, VectorSchemaException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.getAction(), cause);
	}

}
