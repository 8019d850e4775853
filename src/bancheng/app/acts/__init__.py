"""办理动作: every act of the hall, by family; `bancheng.app.registry` lists them all."""
