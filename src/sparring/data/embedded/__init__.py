"""Pictures that come with the package; `sparring.data.named` unpacks them. NOTICE names their makers."""
