package io.rdsboot.routing;

import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.consistency.ReadDemand;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Makes the reads of a method as consistent as its {@link ReadConsistency} says, and
 * sends them to its group of readers. Thread-safe.
 */
final class ReadConsistencyInterceptor implements MethodInterceptor {

	private final ReadConsistencySource source;

	ReadConsistencyInterceptor(ReadConsistencySource source) {
		this.source = source;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		ReadConsistencySource.Declaration declared = this.source.find(invocation.getMethod(),
				(target != null) ? target.getClass() : null);
		if (declared == null) {
			return invocation.proceed();
		}
		ReadContext context = ReadContext.current();
		ReadDemand outerDemand = context.demandOfScopes();
		String outerGroup = context.group();
		if (declared.demand() != null) {
			context.enter(declared.demand());
		}
		if (declared.group() != null) {
			context.group(declared.group());
		}
		try {
			return invocation.proceed();
		}
		finally {
			context.group(outerGroup);
			context.leave(outerDemand);
		}
	}

}
