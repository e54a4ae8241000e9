package io.rdsboot.autoconfigure.failure;

import io.rdsboot.pool.pooler.UnsafePoolerSettingException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Names the setting that a pooler in transaction mode stands against. It goes before the
 * analyzer of failed connections, because nothing is wrong with those.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class UnsafePoolerSettingFailureAnalyzer extends AbstractFailureAnalyzer<UnsafePoolerSettingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnsafePoolerSettingException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.getAction(), cause);
	}

}
